"""Make the pages that replies show: articles, steps, menus, and the hand over to a human."""
