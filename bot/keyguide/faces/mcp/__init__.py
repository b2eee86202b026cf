"""Serve the knowledge to other programs by the Model Context Protocol: nothing is stored or counted."""
