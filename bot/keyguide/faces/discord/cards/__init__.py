"""A reply as a card, and what the ids of its buttons say. Sends nothing."""
