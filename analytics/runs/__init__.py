"""Runs: which prices and attribution rules rate which spans, and what it would be under others."""
