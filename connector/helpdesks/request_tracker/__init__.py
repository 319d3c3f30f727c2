"""Request Tracker: searches of transactions and tickets in."""
