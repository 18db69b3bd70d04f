"""What will be spent and used by the end of a period, with intervals that hold."""
