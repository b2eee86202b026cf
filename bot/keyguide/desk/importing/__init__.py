"""Web guides become draft articles, without their advertising."""
