"""Reads a provider's bill out of one or more files, whole or not at all."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from analytics.reconciliation import anthropic_costs, cur_bill, focus_bill, openai_costs
from analytics.reconciliation.bill import NOTES, Bill, BillFile, BillKind, BillLine
from analytics.reconciliation.columns import ReadLine, distinct, rows
from analytics.reconciliation.json_pages import Bucket, Spot, in_order, parse
from analytics.reconciliation.refusals import Unreadable, WrongBuckets

_REPORTS = {BillKind.OPENAI_COSTS: openai_costs, BillKind.ANTHROPIC_COST: anthropic_costs}
_ROWS = {BillKind.FOCUS: focus_bill, BillKind.CUR: cur_bill}
_ID_DIGITS = 32


@dataclass(frozen=True, slots=True)
class BillOptions:
    """How to read a bill where its form leaves a choice.

    >>> BillOptions(cost_column="EffectiveCost").cost_column
    'EffectiveCost'
    """

    cost_column: str | None = None  # rows: which cost; BilledCost, or the unblended cost
    project_column: str | None = None  # rows: what the project is; the sub account, or the account
    accept_missing_days: bool = False  # reports: take a range with holes, whose days then count as missing


@dataclass(frozen=True, slots=True)
class _Read:
    lines: tuple[BillLine, ...]
    days: tuple[tuple[str, date], ...]
    repaired: int
    left_out: int = 0
    left_out_usd: Decimal = Decimal(0)


def read_bill(kind: BillKind, paths: Sequence[Path], options: BillOptions | None = None) -> Bill:
    """Read the files of one bill; raises :class:`~analytics.reconciliation.refusals.BillRefused`."""
    chosen = options or BillOptions()
    contents = [(path, _content(path)) for path in sorted(paths, key=lambda path: path.name)]
    files = tuple(BillFile(path.name, hashlib.sha256(data).hexdigest(), len(data)) for path, data in contents)
    _refuse_copies(files)
    read = _report(kind, contents, chosen) if kind in _REPORTS else _rows(kind, [path for path, _ in contents], chosen)
    if not read.days:
        name = ", ".join(file.name for file in files) or "no file"
        remedy = "Fetch the report for the days you want to compare."
        raise Unreadable(name, found="no day and no row about models", expected="a bill", remedy=remedy)
    days = [day for _, day in read.days]
    return Bill(
        kind=kind,
        import_id=_import_id(kind, files, chosen),
        files=files,
        lines=read.lines,
        days=read.days,
        start=min(days),
        until=max(days) + timedelta(days=1),
        left_out=read.left_out,
        left_out_usd=read.left_out_usd,
        repaired=read.repaired,
        notes=NOTES[kind],
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        remedy = "Name the files of the bill."
        raise Unreadable(path.name, found=error.strerror, expected="a file", remedy=remedy) from error


def _refuse_copies(files: Sequence[BillFile]) -> None:
    seen: dict[str, BillFile] = {}
    for file in files:
        twin = seen.setdefault(file.sha256, file)
        if twin is not file:
            remedy = "Leave out one of them."
            raise WrongBuckets(file.name, found=f"a copy of {twin.name}", expected="each file once", remedy=remedy)


def _import_id(kind: BillKind, files: Sequence[BillFile], options: BillOptions) -> str:
    told = [str(kind), *sorted(file.sha256 for file in files), options.cost_column or "", options.project_column or ""]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:_ID_DIGITS]


def _report(kind: BillKind, contents: Sequence[tuple[Path, bytes]], options: BillOptions) -> _Read:
    form = _REPORTS[kind]
    pages: Callable[[Spot], list[Bucket]] = form.buckets
    found = [bucket for path, data in contents for bucket in pages(parse(path, data))]
    days = in_order(found, accept_missing_days=options.accept_missing_days)
    told = [line for bucket in days for line in form.lines(bucket)]
    return _Read(
        lines=tuple(line for line, _ in told),
        days=tuple((form.ISSUER, bucket.start.date()) for bucket in days),
        repaired=sum(repaired for _, repaired in told),
    )


def _rows(kind: BillKind, paths: Sequence[Path], options: BillOptions) -> _Read:
    told = list(_told_rows(kind, paths, options))
    kept = [read for read in told if read.about_models]
    left = [read.line for read in told if not read.about_models]
    return _Read(
        lines=tuple(read.line for read in kept),
        days=tuple(sorted({(read.line.issuer, read.line.day) for read in kept})),
        repaired=sum(read.repaired for read in kept),
        left_out=len(left),
        left_out_usd=sum((line.amount_usd for line in left), Decimal(0)),
    )


def _told_rows(kind: BillKind, paths: Sequence[Path], options: BillOptions) -> Iterator[ReadLine]:
    form = _ROWS[kind]
    cost, project = options.cost_column or form.COST_COLUMNS[0], options.project_column or form.PROJECT_COLUMN
    if cost not in form.COST_COLUMNS:
        expected = f"one of {', '.join(form.COST_COLUMNS)}"
        raise Unreadable("cost_column", found=cost, expected=expected, remedy="Name a cost of this form of bill.")
    required = (*form.REQUIRED, cost, *((project,) if options.project_column else ()))
    found = (row for path in paths for row in rows(path, required, (*form.WANTED, *form.IDENTITY, project)))
    return (form.read_line(row, cost, project) for row in distinct(found, form.IDENTITY))
