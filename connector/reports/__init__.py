"""Questions about what is stored: accounts, one account, status, what `check` says."""
