"""What rules would have said: past midnights judged again, their alerts counted, and lines found for a pace."""
