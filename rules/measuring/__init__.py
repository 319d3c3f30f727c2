"""Numbers of one account with names, units and windows."""
