"""Requests, ledger lines and roll-ups, derived from what was stored."""
