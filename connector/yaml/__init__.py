"""YAML files with the place of every key, value and character."""
