"""What people who run a server use: settings, permissions, insights, privacy, AutoMod."""
