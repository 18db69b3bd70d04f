"""Chargeback as it is asked for: preview, close, export, verify, reconcile, deliver, with progress for long work."""
