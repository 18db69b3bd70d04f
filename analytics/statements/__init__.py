"""Statements: what a cost centre pays for a month, on one page for people."""
