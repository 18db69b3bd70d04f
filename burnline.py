"""The front door: the burnline command."""


def main() -> int:
    """Run the burnline command; returns the exit status."""
    return 0
