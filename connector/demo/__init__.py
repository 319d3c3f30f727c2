"""The demo: a simulated helpdesk, and the main job run on it in quick time."""
