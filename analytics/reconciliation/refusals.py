"""What can be refused in a reconciliation. Every message says where, what was found, what was expected, what would do.

Refused
|-- BillRefused        a bill cannot be read; nothing of it was kept
|   |-- Unreadable     not the form it should have: a field is missing, of another type, or no such thing exists
|   |-- WrongCurrency  money in another currency than US dollars
|   |-- WrongBuckets   not whole UTC days, or a day told twice
|   `-- MissingDay     a day, or a page, inside the reported range is not there
|-- NoBill             nothing was imported for what should be compared
`-- BookingRefused     an adjustment cannot be booked; nothing was changed
"""


class Refused(Exception):
    """The root of what a reconciliation refuses."""


class BillRefused(Refused):
    """A bill cannot be read; nothing of it was kept."""

    def __init__(self, place: str, *, found: object, expected: str, remedy: str) -> None:
        super().__init__(f"{place}: found {found}; expected {expected}. {remedy}")
        self.place = place


class Unreadable(BillRefused):
    """Not the form it should have."""


class WrongCurrency(BillRefused):
    """Money in another currency than US dollars."""


class WrongBuckets(BillRefused):
    """Not whole UTC days, or a day told twice."""


class MissingDay(BillRefused):
    """A day or a page inside the reported range is not there."""


class NoBill(Refused):
    """Nothing was imported for what should be compared."""


class BookingRefused(Refused):
    """An adjustment cannot be booked; nothing was changed."""
