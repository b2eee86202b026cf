"""Take what Discord sends to the web process, signed and by HTTP, where there is no gateway."""
