"""Read the settings of an installation. Imports `errors` alone."""
