"""Rule files, read into a policy or into everything that is wrong with them."""
