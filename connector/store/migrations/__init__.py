"""The store's versions, one after the other."""
