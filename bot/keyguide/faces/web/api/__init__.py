"""Serve the JSON API for other programs, and its description."""
