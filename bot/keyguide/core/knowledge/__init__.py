"""All that is known, as one object, and the rules that it must obey."""
