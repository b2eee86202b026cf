"""Keep the connections to Discord's gateway: one, or one for each shard."""
