"""Commands for those who write the knowledge."""
