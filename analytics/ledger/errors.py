"""What the ledger refuses, each with what to do about it.

LedgerError
|-- NoSuchPeriod        not the first day of a month, or a month without books
|-- NoSuchCharge        no charge of the month has this id
`-- CannotClose         the month stays open
    |-- NotEnded            the month is not over
    |-- EarlierOpen         an earlier month with usage is open
    |-- LaterClosed         a later month is closed already
    |-- DerivationBehind    not everything that arrived is in the ledger yet
    |-- HasUnpriced         usage without a price needs an explicit word
    |-- BadCharges          a source of charges gave something that cannot be booked
    `-- TakenOver           somebody else began to close a month meanwhile
"""


class LedgerError(Exception):
    """The root of what the ledger refuses."""


class NoSuchPeriod(LedgerError):
    """Not the first day of a month, or a month without books."""


class NoSuchCharge(LedgerError):
    """No charge of the month has this id."""


class CannotClose(LedgerError):
    """The month stays open."""


class NotEnded(CannotClose):
    """The month is not over."""


class EarlierOpen(CannotClose):
    """An earlier month with usage is open."""


class LaterClosed(CannotClose):
    """A later month is closed already."""


class DerivationBehind(CannotClose):
    """Not everything that arrived is in the ledger yet."""


class HasUnpriced(CannotClose):
    """Usage without a price needs an explicit word."""


class BadCharges(CannotClose):
    """A source of charges gave something that cannot be booked."""


class TakenOver(CannotClose):
    """Somebody else began to close a month meanwhile."""
