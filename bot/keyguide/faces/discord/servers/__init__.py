"""What is kept and known about each server: settings, notes, permissions, its own answers and log channel."""
