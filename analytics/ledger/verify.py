"""Verifying a closed month: everything its manifest says is made again from the books and compared.

The chain of manifests shows that no signature was exchanged; digests of days and charges show that no booked row was;
and where a digest differs, the lines are found by arithmetic (cost = quantity x unit price), by the ledger, and by the
charges they come to. All of it reads the books alone, except for the ledger as a witness of what a line was.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

import pyarrow as pa

from analytics.ledger.charge import CHARGES
from analytics.ledger.charges import booked_cells, charges_of_lines
from analytics.ledger.figures import by_cost_center, by_entry, by_seller, total_amounts
from analytics.ledger.manifest import Manifest, read_manifest, text_sha256
from analytics.ledger.months import checked_month, day_bounds, month_text
from analytics.ledger.periods import SignOff, sign_off_of, sign_offs
from analytics.ledger.summary import charges_digest, lines_digest
from analytics.ledger.terms import Progress, unheard
from analytics.request_shapes import Answer
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.ledger")
_MOST = 20
"""Rows named for one cause: enough to see what happened."""


class Fault(StrEnum):
    """What is not as it was signed."""

    MANIFEST = "manifest"  # the manifest is not the one that was signed
    CHAIN = "chain"  # a manifest names another predecessor than there is
    LINES = "lines"  # the booked lines of a day
    LINE = "line"  # one booked line, suspected of being the one
    CHARGES = "charges"  # the booked charges
    CHARGE = "charge"  # one charge that is not the sum of its lines
    SUMS = "sums"  # sums of charges


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between the books and what was signed."""

    fault: Fault
    where: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying a month has shown."""

    period: date
    sha256: str
    """Of the manifest that was signed."""
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether the books are what was signed."""
        return not self.findings


def verify(store: Store, period: date, *, progress: Progress = unheard) -> Verdict:
    """Compare a closed month with what was signed; raises :class:`NoSuchPeriod` if it is not closed."""
    signed = sign_off_of(store, checked_month(period))
    manifest = read_manifest(signed.manifest)
    findings = [*_chain(sign_offs(store)), *_lines(store, period, manifest, progress)]
    progress("charges", 0, 0)
    cells = booked_cells(store, period)
    findings += _charges(store, period, manifest, cells)
    findings += _sums(manifest, cells)
    return Verdict(period, signed.sha256, tuple(findings))


def _chain(signed: Sequence[SignOff]) -> Iterator[Finding]:
    """Manifests that are not the signed ones, of any month: one exchanged month breaks all after it."""
    for one in signed:
        found = text_sha256(one.manifest)
        if found != one.sha256:
            yield Finding(Fault.MANIFEST, month_text(one.period_start), one.sha256, found)
    if signed and (first := read_manifest(signed[0].manifest).previous) is not None:
        yield Finding(Fault.CHAIN, month_text(signed[0].period_start), first.sha256, "no month before")
    for before, one in pairwise(signed):
        previous = read_manifest(one.manifest).previous
        if previous is None or previous.sha256 != before.sha256:
            named = "none" if previous is None else previous.sha256
            yield Finding(Fault.CHAIN, month_text(one.period_start), named, before.sha256)


def _lines(store: Store, period: date, manifest: Manifest, progress: Progress) -> Iterator[Finding]:
    found = lines_digest(store, period, progress)
    if found.rows != manifest.lines.rows:
        yield Finding(Fault.LINES, month_text(period), f"{manifest.lines.rows} lines", f"{found.rows} lines")
    for day in sorted({*found.days, *manifest.lines.days}):
        expected, now = manifest.lines.days.get(day, "no lines"), found.days.get(day, "no lines")
        if expected != now:
            yield Finding(Fault.LINES, day, expected, now)
            yield from _suspects(store, period, date.fromisoformat(day))
    if found.sha256 != manifest.lines.sha256 and found.days == manifest.lines.days:
        yield Finding(Fault.LINES, month_text(period), manifest.lines.sha256, found.sha256)


def _suspects(store: Store, period: date, day: date) -> Iterator[Finding]:
    """Lines of a day that cannot be what was booked, and others that are not what the ledger says now."""
    asked = day_bounds(day) | {"most": _MOST}
    named = set()
    for row in store.run(_QUERIES["miscalculated"], asked | {"period_start": period}).to_pylist():
        named.add(_line(row))
        expected = f"cost {row['expected_cost_usd']}, list cost {row['expected_list_cost_usd']}"
        found = f"{row['entry']} of {row['quantity']}: cost {row['cost_usd']}, list cost {row['list_cost_usd']}"
        yield Finding(Fault.LINE, _line(row), expected, found)
    for row in store.run(_QUERIES["unlike_ledger"], asked).to_pylist():
        if _line(row) not in named:
            yield Finding(Fault.LINE, _line(row), row["derived"] or "not in the ledger", row["booked"] or "not booked")


def _line(row: Mapping[str, object]) -> str:
    return f"trace {row['trace_id']} span {row['span_id']} {row['usage_class']}"


def _charges(store: Store, period: date, manifest: Manifest, cells: pa.Table) -> Iterator[Finding]:
    found = charges_digest(store, period, cells)
    if found != manifest.charges:
        expected = f"{manifest.charges.rows} charges, sha256 {manifest.charges.sha256}"
        yield Finding(Fault.CHARGES, month_text(period), expected, f"{found.rows} charges, sha256 {found.sha256}")
    for day in store.run(_QUERIES["booked_days"], {"period_start": period})["day"].to_pylist():
        yield from _unlike_their_lines(store, period, day)


def _unlike_their_lines(store: Store, period: date, day: date) -> Iterator[Finding]:
    """Charges that are not what their lines come to: a charge, a line, a rate or an attribution was changed."""
    remade = pa.Table.from_batches(charges_of_lines(store, period, day_bounds(day)), CHARGES)
    asked = {"period_start": period, "day": day, "most": _MOST}
    for row in store.run(_QUERIES["unlike_lines"], asked, tables={"remade": remade}).to_pylist():
        where = f"charge {row['charge_id']} of {day}"
        yield Finding(Fault.CHARGE, where, row["expected"] or "no such charge", row["booked"] or "no such charge")


def _sums(manifest: Manifest, cells: pa.Table) -> Iterator[Finding]:
    """Sums that are not the signed ones."""
    pairs: Mapping[str, tuple[Sequence[Answer], Sequence[Answer]]] = {
        "total": ((manifest.total,), (total_amounts(cells),)),
        "by entry": (manifest.by_entry, by_entry(cells)),
        "by seller": (manifest.by_seller, by_seller(cells)),
        "by cost centre": (manifest.by_cost_center, by_cost_center(cells)),
    }
    for what, (expected, found) in pairs.items():
        for one in expected:
            if one not in found:
                yield Finding(Fault.SUMS, what, one.model_dump_json(), "another sum")
        for one in found:
            if one not in expected:
                yield Finding(Fault.SUMS, what, "another sum", one.model_dump_json())
