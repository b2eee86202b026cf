"""Serve the desk: the pages that show knowledge keepers what was asked and how it ended."""
