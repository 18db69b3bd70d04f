"""The runs of a store, and the prices and rules behind them, read once each."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import pyarrow as pa

from analytics.prices import PriceBook
from analytics.prices.editions import load, record
from analytics.runs.policy import NoPolicy, Policy, PolicyOf, no_policy, rules_id
from analytics.runs.run import Run, RunKind, RunStatus, View
from analytics.runs.table import QUERIES, add_run, instant_ns, read_runs
from collector.store import Step, Store

_NOWHERE = UUID(int=0)


class Runs(Protocol):
    """What derivation asks."""

    view: View

    def refresh(self) -> None:
        """Look again which runs count."""
        ...

    def under_way(self) -> Run | None:
        """The oldest run for which spans wait to be derived again."""
        ...

    def book(self, run: Run) -> PriceBook:
        """The prices of a run."""
        ...

    def policy(self, run: Run) -> Policy:
        """The attribution rules and resources of a run."""
        ...


class StoredRuns:
    """Runs as stored; books and policies stay at hand once read."""

    def __init__(self, store: Store, policy_of: PolicyOf = no_policy) -> None:
        """``policy_of`` makes the policy again of whose body the store keeps."""
        self._store = store
        self._policy_of = policy_of
        self._books: dict[UUID, PriceBook] = {}
        self._policies: dict[UUID, Policy] = {}
        self.view = View(())
        self.refresh()

    def refresh(self) -> None:
        """Read the runs again: another thread may have applied one."""
        self.view = View(tuple(run for run in read_runs(self._store) if run.status is RunStatus.APPLIED))

    def under_way(self) -> Run | None:
        """The oldest run for which spans wait to be derived again."""
        return next((run for run in reversed(self.view.runs) if run.under_way), None)

    def book(self, run: Run) -> PriceBook:
        """The prices of a run."""
        if run.edition_id not in self._books:
            self._books[run.edition_id] = load(self._store, run.edition_id)
        return self._books[run.edition_id]

    def policy(self, run: Run) -> Policy:
        """The attribution rules and resources of a run."""
        if run.rules_id not in self._policies:
            self._policies[run.rules_id] = self._policy_of(rules_body(self._store, run.rules_id))
        return self._policies[run.rules_id]


class OneBook:
    """A book that rates everything and is remembered nowhere, as run 0: for what asks about prices alone."""

    def __init__(self, book: PriceBook, policy: Policy | None = None) -> None:
        """Nothing is read or written."""
        self._book, self._policy = book, policy or NoPolicy()
        self.view = View((Run(0, RunKind.LIVE, RunStatus.APPLIED, _NOWHERE, _NOWHERE, 0),))

    def refresh(self) -> None:
        """Nothing changes."""

    def under_way(self) -> Run | None:
        """Nothing is derived again."""
        return None

    def book(self, run: Run) -> PriceBook:  # noqa: ARG002 - there is one run
        """The book."""
        return self._book

    def policy(self, run: Run) -> Policy:  # noqa: ARG002 - there is one run
        """The policy."""
        return self._policy


def begin(store: Store, book: PriceBook, policy: Policy, last_seq: int, at: datetime) -> Run:
    """Let batches after ``last_seq`` be rated by this book and policy from now (``at``, aware) on.

    Writes a live run when they differ from those of the newest live one, else returns that one.
    """
    edition = record(store, book, at)
    rules = remember_rules(store, policy, at)
    newest = next((run for run in read_runs(store) if run.kind is RunKind.LIVE), None)
    if newest is not None and (newest.edition_id, newest.rules_id) == (edition.edition_id, rules):
        return newest
    fresh = Run(
        run_id=0,
        kind=RunKind.LIVE,
        status=RunStatus.APPLIED,
        edition_id=edition.edition_id,
        rules_id=rules,
        recorded_ns=instant_ns(at),
        from_seq=0 if newest is None else last_seq + 1,
    )
    return add_run(store, fresh)


def last_seq(store: Store) -> int:
    """The newest committed batch; 0 when there is none."""
    found: int = store.run(QUERIES["runs_last_seq"])["last_seq"][0].as_py()
    return found


def remember_rules(store: Store, policy: Policy, at: datetime) -> UUID:
    """Keep the text of a policy; returns its id."""
    ident = rules_id(policy)
    row = {
        "rules_id": pa.array([ident.bytes], pa.uuid()),
        "recorded_at": pa.array([instant_ns(at)], pa.int64()).cast(pa.timestamp("ns")),
        "body": [policy.body],
    }
    store.change([Step(QUERIES["rules_add"])], tables={"fresh": pa.table(row)})
    return ident


def rules_body(store: Store, ident: UUID) -> str:
    """The text of remembered rules."""
    found = store.run(QUERIES["rules_by_id"], {"rules_id": str(ident)})["body"].to_pylist()
    if not found:
        raise LookupError(f"no attribution rules {ident} are stored, and a run of prices names them")
    return str(found[0])
