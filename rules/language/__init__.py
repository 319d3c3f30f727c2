"""Signals, conditions and the placeholders of texts: read, checked and evaluated."""
