"""Zendesk: exports in, marks and alert tickets out."""
