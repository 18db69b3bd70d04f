"""The command ``burnline eval``: its files and servers around `analytics/evaluation`."""
