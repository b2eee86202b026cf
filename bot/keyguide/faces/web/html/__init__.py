"""Replies and texts as HTML."""
