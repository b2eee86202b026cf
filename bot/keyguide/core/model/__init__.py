"""The records that all other modules use: articles, flows, turns, replies."""
