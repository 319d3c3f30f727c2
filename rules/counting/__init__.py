"""What tickets add to daily totals, and what sums of them come to."""
