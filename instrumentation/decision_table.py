"""Which decisions are in force: what becomes of a document, and which verdict a request falls under.

A table is a value. A new document makes a new table; reading one takes no lock. ``decision_rows`` holds the lookup and
the sticky share, ``way_up`` what restrains a reader that was away.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from instrumentation.decision_rows import NO_DECISION, Parts, Row, Rows, Verdict, parts_of, rank, row, sticky_fraction
from instrumentation.downgrade import DecisionDocument, Scope
from instrumentation.way_up import WayUp, dwell_s, way_up

__all__ = ["NO_DECISION", "DecisionTable", "Outcome", "Verdict", "sticky_fraction"]

UP_DWELL_S = 300.0
"""The dwell of decisions that say none."""
# More interruptions than this within one way up, each with another document, end the oldest way.
_MOST_WAYS_UP = 8


class Outcome(StrEnum):
    """What became of a document offered to a table."""

    APPLIED = "applied"
    REPEATED = "repeated"  # the very one in force
    OLD = "old"  # an earlier one: replayed, or overtaken on the way


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """The decisions of one document, and what still restrains requests after an interruption.

    ``held`` are scopes whose decisions could not be read and which keep what they had.

    >>> DecisionTable().tier_for(tenant="acme", at=datetime(2026, 11, 21)).tier is None
    True
    """

    epoch: int = -1
    seq: int = -1
    held: tuple[Scope, ...] = ()
    _rows: Rows = field(default_factory=Rows)
    _ways_up: tuple[WayUp, ...] = ()
    _next_up_s: Mapping[Parts, float] = field(default_factory=dict)

    @property
    def decisions(self) -> int:
        """How many decisions are applied."""
        return sum(map(len, self._rows.by_parts.values()))

    def applied(
        self,
        document: DecisionDocument,
        unknown: Collection[Scope] = (),
        *,
        after_gap: bool = False,
        up_dwell_s: float = UP_DWELL_S,
        at_s: float | None = None,
    ) -> tuple["DecisionTable", Outcome]:
        """Return the table after ``document`` and what became of it; this table when the document is not newer.

        For ``unknown`` scopes, whose decisions could not be read, the rows of this table stay. ``after_gap`` says that
        documents may have been missed: from ``at_s`` on (POSIX; None: the document's own instant) what was in force
        goes up by at most one tier per dwell. A new epoch is a gap by itself.
        """
        if (document.epoch, document.seq) <= (self.epoch, self.seq):
            same = (document.epoch, document.seq) == (self.epoch, self.seq)
            return self, Outcome.REPEATED if same else Outcome.OLD
        now_s = document.issued_at.timestamp() if at_s is None else at_s
        rows = self._rows_of(document, unknown)
        ways = tuple(way for way in self._ways_up if now_s < way.until_s)
        if after_gap or (self.epoch >= 0 and document.epoch != self.epoch):
            new = way_up(self._rows, now_s, up_dwell_s=up_dwell_s, next_up_s=self._next_up_s, on_the_way=bool(ways))
            ways = ways if new is None else (*ways, new)[-_MOST_WAYS_UP:]
        held = tuple(scope for scope in unknown if parts_of(scope) in rows.by_parts)
        next_up_s = self._next_up(rows, now_s, up_dwell_s)
        return DecisionTable(document.epoch, document.seq, held, rows, ways, next_up_s), Outcome.APPLIED

    def tier_for(
        self,
        *,
        tenant: str | None = None,
        route: str | None = None,
        model: str | None = None,
        key: str = "",
        at: datetime,
    ) -> Verdict:
        """Judge one request; ``key`` (a conversation or request id) keeps it on one side of a share."""
        return self.verdict(tenant, route, model, key, at.timestamp())

    def verdict(self, tenant: str | None, route: str | None, model: str | None, key: str, at_s: float) -> Verdict:
        """Judge one request at a POSIX instant of the publisher's clock."""
        said = self._rows.find(tenant, route, model, key, at_s)
        for way in self._ways_up:
            if at_s < way.until_s:
                said = way.lower(said, way.rows.find(tenant, route, model, key, at_s))
        return said

    def restrained(self, at_s: float) -> bool:
        """Whether requests are on a way up after an interruption."""
        return any(at_s < way.until_s for way in self._ways_up)

    def _rows_of(self, document: DecisionDocument, unknown: Collection[Scope]) -> Rows:
        rows: dict[Parts, tuple[Row, ...]] = {}
        for decision in document.decisions:
            if decision.enforced:
                parts = parts_of(decision.scope)
                rows[parts] = (*rows.get(parts, ()), row(decision))
        mine = self._rows.by_parts
        rows |= {parts: mine[parts] for parts in map(parts_of, unknown) if parts in mine}
        return Rows.of(rows)

    def _next_up(self, after: Rows, at_s: float, up_dwell_s: float) -> Mapping[Parts, float]:
        """When each scope that went up within its dwell may go up again, should the publisher be lost from sight."""
        known = {parts: next_s for parts, next_s in self._next_up_s.items() if at_s < next_s}
        for parts, rows in self._rows.by_parts.items():
            if _lowest(rows, at_s) > _lowest(after.by_parts.get(parts, ()), at_s):
                known[parts] = at_s + max(dwell_s(row, up_dwell_s) for row in rows)
        return known


def _lowest(rows: tuple[Row, ...], at_s: float) -> int:
    return max((rank(row.verdict.tier) for row in rows if at_s < row.until_s), default=0)
