"""What can be said of one row of an objective's window table: words that whoever shows it needs, too."""

from enum import StrEnum


class Verdict(StrEnum):
    """What one row of an objective's window table says."""

    FIRING = "firing"
    OK = "ok"
    INSUFFICIENT_DATA = "insufficient_data"


class Reason(StrEnum):
    """Why the verdict is what it is."""

    BURNING = "burning"
    LONG_WINDOW_BELOW = "long_window_below"
    SHORT_WINDOW_BELOW = "short_window_below"
    NO_REQUESTS = "no_requests"
    NO_RECENT_REQUESTS = "no_recent_requests"
    TOO_FEW_REQUESTS = "too_few_requests"
