"""Land release: what is left of each area, the ledger, the series over time, and what figures leave unexplained."""
