"""What the agent's client is told (cxengage 12.6), rendered from the ledger."""
