"""What changed in a service, when, and what the figures were before and after."""
