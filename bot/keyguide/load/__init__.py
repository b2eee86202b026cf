"""A knowledge folder becomes Knowledge: the only place that reads YAML. Imports `core` and `errors`."""
