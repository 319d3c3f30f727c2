"""What is remembered: facts, totals, alerts, the ledger of marks and the outbox. The only SQL of the product."""
