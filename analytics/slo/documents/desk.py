"""The desk of one data directory: which objectives there are, in which versions, and who approves them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from analytics.questions import BadParameter, NotFound
from analytics.slo.documents.approval import Approval, Split, approval_note, approvals, in_force, keep
from analytics.slo.documents.settings import ObjectiveDocuments
from analytics.slo.documents.versions import Version, note_of, record, versions
from analytics.slo.objective import Objective
from collector.store import Store

Noted = Callable[[str, Mapping[str, object]], None]
"""Told of what was changed for good: a kind and a body, for the journal."""
VERSION_NOTE, APPROVAL_NOTE = "objective_version", "objective_approval"


@dataclass(slots=True)
class Desk:
    """Share one per store: it keeps the approvals at hand, which are asked for with every look at the budgets."""

    store: Store
    objectives: Sequence[Objective]
    settings: ObjectiveDocuments
    noted: Noted
    _approvals: tuple[Approval, ...] | None = None
    _split: tuple[tuple[Approval, ...], Split] | None = None
    _lock: Lock = field(default_factory=Lock)

    def open(self, at: datetime) -> tuple[Version, ...]:
        """Record what has changed since the last start, noting every version, and return those."""
        fresh = record(self.store, self.objectives, at)
        for version in fresh:
            self.noted(VERSION_NOTE, note_of(version))
        return fresh

    @property
    def approvals(self) -> tuple[Approval, ...]:
        """Every word on every definition, oldest first."""
        with self._lock:
            if self._approvals is None:
                self._approvals = approvals(self.store)
            return self._approvals

    def split(self) -> Split:
        """Which objectives page and steer now; worked out once for every change of approvals."""
        known = self.approvals
        if self._split is None or self._split[0] is not known:
            self._split = known, in_force(self.objectives, known, self.settings)
        return self._split[1]

    def waiting(self) -> frozenset[str]:
        """Names of the objectives that wait for an approval."""
        return frozenset(objective.name for objective in self.split().waiting)

    def history(self, name: str) -> tuple[Version, ...]:
        """Every version of an objective, oldest first; raises :class:`NotFound`."""
        found = versions(self.store, name)
        if not found:
            known = sorted({version.name for version in versions(self.store)})
            raise NotFound(f"no objective {name!r} is recorded; recorded are: {', '.join(known) or 'none'}")
        return found

    def decide(self, approval: Approval) -> None:
        """Keep an approval or a revocation, and note it; raises :class:`NotFound` or :class:`BadParameter`."""
        known = [version for version in self.history(approval.name) if version.sha256 is not None]
        if approval.sha256 not in {version.sha256 for version in known}:
            told = f"the sha256 of a recorded version: {', '.join(f'{one.version} is {one.sha256}' for one in known)}"
            raise BadParameter("sha256", approval.sha256, told)
        with self._lock:
            keep(self.store, approval)
            self._approvals = None
        self.noted(APPROVAL_NOTE, approval_note(approval))
