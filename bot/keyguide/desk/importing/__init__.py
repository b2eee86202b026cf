"""Turn web guides into draft articles without their advertising."""
