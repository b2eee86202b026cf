"""Draw replies as cards, and make the ids of their buttons; nothing is sent here."""
