"""What a text shows without being asked: error codes, secrets, the Activation page, licence reports."""
