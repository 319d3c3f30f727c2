"""The difference between what a helpdesk should show and what it shows."""
