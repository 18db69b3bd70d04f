"""Shows what was stored: HTTP application, metrics, health, and the commands that ask."""
