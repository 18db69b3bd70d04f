"""Drift: distributions that are others than they were, and models that were swapped without a word."""
