"""What each kind of charge is in the words of FOCUS: category, class and frequency."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from analytics.ledger.charge import Entry

CORRECTION = "Correction"


@dataclass(frozen=True, slots=True)
class Booked:
    """How an entry is exported."""

    category: str
    """ChargeCategory."""
    frequency: str
    """ChargeFrequency."""
    charge_class: str | None = None
    """ChargeClass."""
    said: str = ""
    """What its description begins with."""


BOOKED: Mapping[Entry, Booked] = MappingProxyType(
    {
        Entry.USAGE: Booked("Usage", "Usage-Based"),
        Entry.REVERSAL: Booked("Usage", "Usage-Based", CORRECTION, "taken back: "),
        Entry.RESTATEMENT: Booked("Usage", "Usage-Based", CORRECTION, "stated again: "),
        Entry.SHARED: Booked("Usage", "Recurring"),
        Entry.UNUSED: Booked("Adjustment", "Recurring", said="Paid and not used: "),
        Entry.ADJUSTMENT: Booked("Adjustment", "One-Time", said="Adjustment: "),
        Entry.ROUNDING: Booked("Adjustment", "One-Time", said="Rounding to whole cents: "),
    }
)
