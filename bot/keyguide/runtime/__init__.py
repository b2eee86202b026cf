"""The running program: settings, knowledge, health, metrics, log, start and end.

Only `cli` and the faces (health, metrics) import from here.
"""
