"""Reconciliation: what providers billed against what the ledger holds, and every cent between them under its cause."""
