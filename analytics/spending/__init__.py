"""Spend budgets: money per calendar period, held against a plan, and asked for before it is spent."""
