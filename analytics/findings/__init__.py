"""Notices when a figure of the service is not what it usually is, and says what moved."""
