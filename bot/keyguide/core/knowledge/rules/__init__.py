"""The rules of a knowledge base, one module for each kind of file."""
