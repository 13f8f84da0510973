"""The audit log's screen: entries of its own and what the ledger knows, read as one."""
