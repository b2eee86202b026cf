"""Draw flows and numbers as pictures. Imports `core` alone."""
