"""The configuration: config.yaml, its places and its problems, and references to secrets."""
