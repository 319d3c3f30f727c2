"""Numbers against lines, over time: the state machine and its midnights."""
