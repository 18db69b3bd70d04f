"""Experiments: which variant serves better, said so that it may be looked at every day."""
