"""What a reprice would change: one pass over the lines of its window, summed by price and by owner."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa

from analytics.notation import LAST_NS as LAST_WRITABLE_NS
from analytics.notation import instant_text, usd_text
from analytics.prices.editions import load
from analytics.runs.candidates import candidates
from analytics.runs.policy import PolicyOf, no_policy
from analytics.runs.run import Run, RunKind
from analytics.runs.runs import rules_body
from analytics.runs.shapes import DiffReport, DiffSums, OwnerDiff, PriceDiff, RunAnswer
from analytics.runs.table import QUERIES, read_runs
from collector.store import Store

Progress = Callable[[str, int, int], None]
_STAGES = ("look up prices", "rate lines", "sum up")
_FOUND = ("rate_id", "seller", "priced_model", "unit_price_usd", "list_unit_price_usd", "status")
Row = Mapping[str, Any]


def diff(store: Store, run: Run, policy_of: PolicyOf = no_policy, progress: Progress | None = None) -> DiffReport:
    """Compare the ledger as it stands with what it would be by a run; changes nothing."""
    tell = progress or (lambda *_: None)
    tell(_STAGES[0], 0, len(_STAGES))
    policy = policy_of(rules_body(store, run.rules_id))
    found = candidates(store, load(store, run.edition_id), policy, run.window_ns)
    tell(_STAGES[1], 1, len(_STAGES))
    groups = _groups(store, run, found.prices)
    tell(_STAGES[2], 2, len(_STAGES))
    tables = {"groups": groups, "found": found.rates.select(_FOUND)}
    rows = store.run(QUERIES["reprice_report"], tables=tables).to_pylist()
    tell(_STAGES[2], len(_STAGES), len(_STAGES))
    live = next((one for one in read_runs(store) if one.kind is RunKind.LIVE), run)
    return DiffReport(
        run=run_answer(run),
        totals=next((DiffSums(**_sums(row)) for row in rows if row["level"] == "all"), _NOTHING),
        by_price=tuple(PriceDiff(**_sums(row), **_named(row, _BY_PRICE)) for row in _changed(rows, "price")),
        by_owner=tuple(OwnerDiff(**_sums(row), **_named(row, _BY_OWNER)) for row in _changed(rows, "owner")),
        rules_differ=live.rules_id != run.rules_id,
    )


def run_answer(run: Run) -> RunAnswer:
    """Shape a run for an answer."""
    done = run.rerated_until_ns
    return RunAnswer(
        run_id=run.run_id,
        kind=str(run.kind),
        status=str(run.status),
        edition_id=str(run.edition_id),
        rules_id=str(run.rules_id),
        recorded_at=run.recorded_ns,
        as_of=run.as_of_ns,
        from_seq=run.from_seq,
        until_seq=run.until_seq,
        start=run.start_ns,
        until=run.until_ns,
        rerated_until=None if done is None or not 0 <= done <= LAST_WRITABLE_NS else done,
        under_way=run.under_way,
        note=run.note,
    )


_BY_PRICE, _BY_OWNER = ("day", "seller", "model", "usage_class"), ("tenant", "team")
_COSTS = ("booked_list_cost_usd", "booked_cost_usd", "list_cost_usd", "cost_usd")
_COUNTS = ("lines", "changed_lines", "newly_priced_lines", "newly_unpriced_lines")
_NOTHING = DiffSums.model_validate({**dict.fromkeys(_COUNTS, 0), **dict.fromkeys(_COSTS), "difference_usd": 0})


def _groups(store: Store, run: Run, prices: pa.Table) -> pa.Table:
    start_ns, until_ns = run.window_ns
    asked = {"start_ns": start_ns, "until_ns": until_ns, "until_seq": run.until_seq}
    batches = list(store.stream(QUERIES["reprice_groups"], asked, tables={"prices": prices}))
    return pa.Table.from_batches(batches, schema=batches[0].schema if batches else _GROUPS)


_GROUPS = pa.schema(
    [
        ("day_number", pa.int64()),
        ("attribution_id", pa.uint64()),
        ("booked_id", pa.uint64()),
        ("found_id", pa.uint64()),
        ("lines", pa.int64()),
        ("quantity", pa.decimal128(38, 0)),
        ("booked_list_cost_usd", pa.decimal128(38, 15)),
        ("booked_cost_usd", pa.decimal128(38, 15)),
    ]
)


def _sums(row: Row) -> dict[str, Any]:
    found = {name: row[name] for name in (*_COUNTS, *_COSTS)}
    return found | {"difference_usd": (row["cost_usd"] or Decimal(0)) - (row["booked_cost_usd"] or Decimal(0))}


def _named(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _changed(rows: list[dict[str, Any]], level: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["level"] == level and row["changed_lines"]]


def text(report: DiffReport) -> str:
    """Write a report for people."""
    run, totals = report.run, report.totals
    window = f"{_instant(run.start, 'the beginning')} to {_instant(run.until, 'the newest span')}"
    changes = (
        f"{totals.changed_lines} of {totals.lines} ledger lines change; {totals.newly_priced_lines} get a price, "
        f"{totals.newly_unpriced_lines} lose theirs"
    )
    lines = [
        f"run {run.run_id} ({run.status}): {window}, prices as known at {_instant(run.as_of, 'their recording')}",
        changes,
        _costs("in all", totals),
        *(_costs(f"{d.day} {d.seller or '-'} {d.model or '-'} {d.usage_class}", d) for d in report.by_price),
        *(_costs(f"tenant {d.tenant or 'unallocated'}, team {d.team or 'unallocated'}", d) for d in report.by_owner),
    ]
    if report.rules_differ:
        lines.append("attribution rules were others then: applying it may move lines between owners as well")
    return "\n".join(lines)


def _costs(name: str, sums: DiffSums) -> str:
    return f"{name}: booked {_usd(sums.booked_cost_usd)}, now {_usd(sums.cost_usd)}, {_signed(sums.difference_usd)} USD"


def _usd(amount: Decimal | None) -> str:
    return "unpriced" if amount is None else usd_text(amount)


def _signed(amount: Decimal) -> str:
    return f"+{usd_text(amount)}" if amount > 0 else usd_text(amount)


def _instant(ns: int | None, otherwise: str) -> str:
    return otherwise if ns is None else instant_text(ns)
