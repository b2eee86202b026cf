"""Flows and numbers as pictures. Imports `core` alone."""
