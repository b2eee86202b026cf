"""Decisions: no I/O, no clock, no await. Imports nothing of ours but itself."""
