"""Calling a human: the form, the thread, and its buttons."""
