"""Keyguide: a support assistant for Windows activation; the modules here are its front door."""
