"""Service-level objectives: which requests are good, what is left of an error budget, and how fast it burns."""
