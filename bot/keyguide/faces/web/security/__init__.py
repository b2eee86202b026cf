"""What stands before every route: headers, origin, visitors, limits, errors."""
