"""Finds what is unusual in figures over time: one default setting, causal, with a false-alarm rate that is set."""
