"""Delivery: exports and statements brought to a folder or an S3-compatible store, whole, once."""
