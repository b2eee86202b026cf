"""What the engine asks of a memory, and the stores that answer."""
