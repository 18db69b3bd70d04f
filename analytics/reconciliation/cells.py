"""Matches two sides of a bill cell by cell, at the finest grain both tell.

A line of the bill that names a meter meets our usage of that meter. One that names less meets what is left of our usage
at its own grain: of its model, of its usage class, of its project and day. So a coarse line never takes away the grain
of the others, and nothing is dropped: what meets nobody is a cell with one side.

Projects take part only on days where both sides name some: a report that is not grouped by project, and spans that do
not say their project, are compared by day, model and meter.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from analytics.reconciliation.bill import BillLine, LineKind


class Grain(StrEnum):
    """What a cell is about, from fine to coarse."""

    METER = "meter"  # project, day, model, usage class
    MODEL = "model"  # project, day, model: the bill names no usage class
    CLASS = "class"  # project, day, usage class: the bill names no model
    PROJECT_DAY = "project_day"  # the bill names neither


@dataclass(frozen=True, slots=True)
class OurUsage:
    """What the ledger holds of one project, day, model and rate."""

    project: str | None
    day: date
    model: str | None  # under the name shared with the bill
    usage_class: str
    rate_id: int
    quantity: Decimal
    cost_usd: Decimal | None  # None: no price
    unit_price_usd: Decimal | None
    lines: int
    late_usd: Decimal = Decimal(0)  # of the cost: arrived after the bill was imported
    reason: str | None = None  # why there is no price


@dataclass(frozen=True, slots=True)
class CellKey:
    """What a cell is about; a word coarser than its grain is None."""

    kind: LineKind
    grain: Grain
    project: str | None
    day: date
    model: str | None = None
    usage_class: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Both sides of a cell; either may be empty."""

    key: CellKey
    ours: tuple[OurUsage, ...] = ()
    theirs: tuple[BillLine, ...] = ()

    @property
    def ours_usd(self) -> Decimal | None:
        """Our cost; None when we have nothing, or nothing of it has a price."""
        return _sum(usage.cost_usd for usage in self.ours)

    @property
    def theirs_usd(self) -> Decimal | None:
        """What was billed; None when nothing was."""
        return _sum(line.amount_usd for line in self.theirs)

    @property
    def gap_usd(self) -> Decimal:
        """The bill less the ledger."""
        return (self.theirs_usd or Decimal(0)) - (self.ours_usd or Decimal(0))

    @property
    def our_quantity(self) -> Decimal | None:
        """Units of one meter; None where the cell holds several, or nothing."""
        return _sum(usage.quantity for usage in self.ours) if self._one_meter else None

    @property
    def their_quantity(self) -> Decimal | None:
        """Units of one meter; None where the bill does not tell them for every line."""
        told = [line.quantity for line in self.theirs]
        return None if None in told or not self._one_meter else _sum(told)

    @property
    def unpriced(self) -> tuple[OurUsage, ...]:
        """The part of our side that has no price."""
        return tuple(usage for usage in self.ours if usage.cost_usd is None)

    @property
    def _one_meter(self) -> bool:
        return self.key.grain in {Grain.METER, Grain.CLASS}


@dataclass(slots=True)
class _Left:
    """Our usage that no line of the bill has met yet."""

    usages: list[OurUsage]
    taken: set[int] = field(default_factory=set)

    def take(self, wanted: Callable[[OurUsage], object], keys: Iterable[object]) -> Mapping[object, list[OurUsage]]:
        """Take out the usage under each of these keys."""
        found: dict[object, list[OurUsage]] = defaultdict(list)
        asked = set(keys)
        for number, usage in enumerate(self.usages):
            if number not in self.taken and wanted(usage) in asked:
                self.taken.add(number)
                found[wanted(usage)].append(usage)
        return found

    def rest(self) -> list[OurUsage]:
        """What nobody took."""
        return [usage for number, usage in enumerate(self.usages) if number not in self.taken]


_Words = tuple[str | None, date, str | None, str | None]
_GRAINS: tuple[tuple[Grain, Callable[[str | None, date, str | None, str | None], _Words]], ...] = (
    (Grain.METER, lambda project, day, model, usage_class: (project, day, model, usage_class)),
    (Grain.MODEL, lambda project, day, model, _: (project, day, model, None)),
    (Grain.CLASS, lambda project, day, _, usage_class: (project, day, None, usage_class)),
    (Grain.PROJECT_DAY, lambda project, day, _, __: (project, day, None, None)),
)


def grain_of(line: BillLine) -> Grain:
    """The grain a line of the bill tells."""
    if line.model is not None:
        return Grain.METER if line.usage_class is not None else Grain.MODEL
    return Grain.CLASS if line.usage_class is not None else Grain.PROJECT_DAY


def matched(ours: Sequence[OurUsage], theirs: Sequence[BillLine]) -> list[Cell]:
    """Both sides, cell by cell; models are called alike on both sides already."""
    told = _days_with_projects(ours, theirs)
    left = _Left(sorted(ours, key=_our_order))
    used = [line for line in sorted(theirs, key=_their_order) if line.kind is LineKind.USAGE]
    cells = [_other_cell(line, told) for line in theirs if line.kind is not LineKind.USAGE]
    for grain, words in _GRAINS:
        cells += _met(grain, words, left, [line for line in used if grain_of(line) is grain], told)
    return _joined(cells + _alone(left.rest(), told))


def _met(
    grain: Grain,
    words: Callable[[str | None, date, str | None, str | None], _Words],
    left: _Left,
    lines: Sequence[BillLine],
    told: frozenset[date],
) -> list[Cell]:
    by_words: dict[_Words, list[BillLine]] = defaultdict(list)
    for line in lines:
        by_words[words(_project(line, told), line.day, line.model, line.usage_class)].append(line)
    taken = left.take(lambda one: words(_project(one, told), one.day, one.model, one.usage_class), by_words)
    return [
        Cell(
            CellKey(LineKind.USAGE, grain, *key),
            tuple(taken.get(key, ())),
            tuple(found),
        )
        for key, found in by_words.items()
    ]


def _alone(rest: Sequence[OurUsage], told: frozenset[date]) -> list[Cell]:
    return [
        Cell(
            CellKey(LineKind.USAGE, Grain.METER, _project(one, told), one.day, one.model, one.usage_class),
            (one,),
        )
        for one in rest
    ]


def _other_cell(line: BillLine, told: frozenset[date]) -> Cell:
    key = CellKey(line.kind, grain_of(line), _project(line, told), line.day, line.model, line.usage_class)
    return Cell(key, (), (line,))


def _joined(cells: Sequence[Cell]) -> list[Cell]:
    """One cell per key."""
    by_key: dict[CellKey, Cell] = {}
    for cell in cells:
        seen = by_key.get(cell.key)
        both = cell if seen is None else Cell(cell.key, seen.ours + cell.ours, seen.theirs + cell.theirs)
        by_key[cell.key] = both
    return list(by_key.values())


def _days_with_projects(ours: Sequence[OurUsage], theirs: Sequence[BillLine]) -> frozenset[date]:
    used = [line for line in theirs if line.kind is LineKind.USAGE]
    sides = ({one.day for one in side if one.project is not None} for side in (ours, used))
    both = set.intersection(*sides)
    days = [{one.day for one in side} for side in (ours, used)]
    one_sided = (days[0] ^ days[1]) & {one.day for side in (ours, used) for one in side if one.project is not None}
    return frozenset(both | one_sided)


def _project(one: OurUsage | BillLine, told: frozenset[date]) -> str | None:
    return one.project if one.day in told else None


def _our_order(one: OurUsage) -> tuple[object, ...]:
    words = (one.project, one.model, one.usage_class)
    return (one.day, *((word is not None, word or "") for word in words), one.rate_id)


def _their_order(line: BillLine) -> tuple[object, ...]:
    words = (line.project, line.model, line.usage_class)
    return (line.day, *((word is not None, word or "") for word in words), line.file, line.place, line.usage_type)


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None
