"""A bill, as every provider's report is read: lines with day, meter and exact amount, and the days it tells of."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from collector.dialects.usage_classes import UsageClass


class BillKind(StrEnum):
    """The forms of bills that can be read."""

    OPENAI_COSTS = "openai_costs"  # GET /v1/organization/costs, pages as JSON
    ANTHROPIC_COST = "anthropic_cost"  # GET /v1/organizations/cost_report, pages as JSON
    FOCUS = "focus"  # FOCUS 1.x Cost and Usage, CSV or Parquet
    CUR = "cur"  # AWS Cost and Usage Report 2.0, CSV or Parquet


class LineKind(StrEnum):
    """What a line charges for."""

    USAGE = "usage"
    CREDIT = "credit"  # given back: credits, refunds, discounts
    TAX = "tax"
    OTHER = "other"  # fees, purchases, roundings: nothing that was used that day


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line of a bill. What cannot be told further is None and stays at its coarser grain."""

    issuer: str  # as the price book names sellers
    project: str | None  # project, workspace or account; None is the default workspace, or not told
    day: date  # UTC
    model: str | None
    usage_class: UsageClass | None
    usage_type: str  # what the line said itself
    kind: LineKind
    amount_usd: Decimal
    quantity: Decimal | None  # units of the usage class
    currency: str
    file: str  # name without folders
    place: str  # where in the file

    @property
    def line_ref(self) -> str:
        """Where the line stands."""
        return f"{self.file} {self.place}"


@dataclass(frozen=True, slots=True)
class BillFile:
    """One file of a bill."""

    name: str  # without folders
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Bill:
    """What the files of one import say together."""

    kind: BillKind
    import_id: str
    files: tuple[BillFile, ...]
    lines: tuple[BillLine, ...]
    days: tuple[tuple[str, date], ...]  # (issuer, day) told of, also where nothing was charged
    start: date
    until: date
    left_out: int = 0  # rows that are not about models
    left_out_usd: Decimal = Decimal(0)
    repaired: int = 0  # amounts that carried the noise of a binary fraction
    notes: tuple[str, ...] = ()

    @property
    def total_usd(self) -> Decimal:
        """Sum of its lines."""
        return sum((line.amount_usd for line in self.lines), Decimal(0))


NOTES = {
    BillKind.OPENAI_COSTS: (),
    BillKind.ANTHROPIC_COST: ("the cost report does not include Priority Tier: reconcile that against the invoice",),
    BillKind.FOCUS: (),
    BillKind.CUR: (),
}
"""What a form of bill leaves out by itself."""
