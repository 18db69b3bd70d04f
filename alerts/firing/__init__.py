"""What fires now, and what an Alertmanager tells of it: seen, told once, and kept in the journal."""
