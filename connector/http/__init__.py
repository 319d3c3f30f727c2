"""Requests to one host: paced, bounded, reads tried again, writes sent once."""
