"""``burnline prices reprice``: what the ledger would be by the prices of another instant, and making it so.

burnline prices reprice --data DIR --as-of 2026-11-20T00:00:00Z --start ... --until ...      compares
burnline prices reprice --data DIR --run 7 --apply                                           puts it in force
"""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from analytics.derive.deriver import Deriver
from analytics.questions import Unanswerable
from analytics.runs.diff import Progress, diff, text
from analytics.runs.policy import PolicyOf
from analytics.runs.repricing import apply, propose, reprice_run
from analytics.runs.run import Run
from analytics.runs.runs import StoredRuns
from analytics.runs.table import read_runs
from collector.store import DuckDBStore, Store, StoreError
from collector.store.opening import DATABASE

Command = Callable[[argparse.Namespace], int]


def add_reprice(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", policy_of: PolicyOf, run: Command | None = None
) -> argparse.ArgumentParser:
    """Add the action; ``run`` does it elsewhere than in a data directory, a running server for instance."""
    parser = actions.add_parser("reprice", help="what the ledger would be by other prices; --apply makes it so")
    parser.add_argument("--as-of", type=_instant, help="prices and rules as they were known then; default: now")
    parser.add_argument("--start", type=_instant, help="spans that started from here on; default: all")
    parser.add_argument("--until", type=_instant, help="spans that started before; default: all")
    parser.add_argument("--note", help="why")
    parser.add_argument("--run", type=int, dest="run_id", help="a run that was proposed, instead of a new one")
    parser.add_argument("--apply", action="store_true", help="put it in force")
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.add_argument("--data", type=Path, help="data directory that no server holds")
    parser.set_defaults(run=run or (lambda args: in_directory(args, policy_of)))
    return parser


def rerate(store: Store, runs: StoredRuns, progress: Progress | None = None) -> None:
    """Derive what applied runs wait for, to the end; for a store that no server derives."""
    deriver = Deriver(store, runs)
    total = sum(run.under_way for run in runs.view.runs)
    while (waiting := runs.under_way()) is not None:
        if progress is not None:
            progress(f"run {waiting.run_id}", total - sum(run.under_way for run in runs.view.runs), total)
        deriver.run()
        runs.refresh()


def in_directory(args: argparse.Namespace, policy_of: PolicyOf) -> int:
    """Do it in the data directory that is named; returns the exit status."""
    if args.data is None or not (args.data / DATABASE).is_file():
        sys.stderr.write("burnline prices reprice: name the data directory of a stopped server with --data DIR\n")
        return 1
    try:
        store = DuckDBStore(args.data)
    except StoreError as error:
        sys.stderr.write(f"burnline prices reprice: cannot open {args.data}: {error}\n")
        return 1
    try:
        return _reprice(store, args, policy_of, datetime.now(UTC))
    except (Unanswerable, StoreError) as error:
        sys.stderr.write(f"burnline prices reprice: {error}\n")
        return 1
    finally:
        store.close()


def _reprice(store: Store, args: argparse.Namespace, policy_of: PolicyOf, at: datetime) -> int:
    run = _run(store, args, at)
    report = diff(store, run, policy_of)
    sys.stdout.write(f"{report.model_dump_json() if args.json else text(report)}\n")
    if args.apply:
        apply(store, run.run_id)
        rerate(store, StoredRuns(store, policy_of))
        sys.stderr.write(f"run {run.run_id} is in force\n")
    else:
        sys.stderr.write(f"nothing was changed; put it in force with --run {run.run_id} --apply\n")
    return 0


def _run(store: Store, args: argparse.Namespace, at: datetime) -> Run:
    if args.run_id is not None:
        return reprice_run(read_runs(store), args.run_id)
    return propose(store, args.as_of or at, (args.start, args.until), args.note, at)


def _instant(given: str) -> datetime:
    try:
        at = datetime.fromisoformat(given)
    except ValueError as error:
        told = f"{given!r} is no instant; write 2026-11-01 or 2026-11-01T09:00:00Z"
        raise argparse.ArgumentTypeError(told) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)
