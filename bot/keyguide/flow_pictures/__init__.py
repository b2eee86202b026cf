"""Draw flows as pictures. Imports `core` alone."""
