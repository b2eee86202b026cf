"""Run the program: settings, knowledge, health, metrics, log, rate limit, start and end.

Only `cli` and the faces (health, metrics, rate limit) import from here.
"""
