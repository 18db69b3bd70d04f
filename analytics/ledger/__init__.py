"""The ledger: billing periods, what was booked in them, and the charges they come to."""
