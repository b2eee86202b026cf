"""From a turn to a reply: the top of `core`, which may import all the rest of it."""
