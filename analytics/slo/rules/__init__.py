"""Objectives and spend budgets as rules for Prometheus, over counters of ours: what pages where Burnline cannot."""
