"""The world: helpdesks, store, clock, files, signals, terminal. It never decides."""
