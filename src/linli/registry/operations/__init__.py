"""The acts on the ledger: its only writers."""
