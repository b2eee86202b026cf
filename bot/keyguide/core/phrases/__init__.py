"""The names of all fixed sentences; their texts are in the knowledge."""
