"""Commands for the managers of a server: settings, permissions, insights, privacy and AutoMod."""
