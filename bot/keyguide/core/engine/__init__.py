"""The engine: compute a reply to a turn; it may import every other part of `core`."""
