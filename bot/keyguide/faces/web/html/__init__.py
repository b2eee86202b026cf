"""Render replies and texts as HTML."""
