"""The pages of /setup."""
