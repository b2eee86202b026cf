"""Protect every route: headers, origin, visitors, rate limits and errors."""
