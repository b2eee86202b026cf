"""Load a knowledge folder as Knowledge. Only this package reads YAML. Imports `core` and `errors`."""
