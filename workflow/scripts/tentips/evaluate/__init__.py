"""The locked evaluation on held-out samples, and its ledger."""
