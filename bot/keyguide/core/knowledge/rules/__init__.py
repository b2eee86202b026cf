"""The rules of a knowledge base, a module for each kind of file."""
