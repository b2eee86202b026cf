"""The names of all fixed sentences; their words are in the knowledge."""
