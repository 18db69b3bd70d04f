"""Approvals: who agreed to which definition. An approval belongs to a hash, so a changed definition has none.

Where approval is required, an objective without it is measured and shown like any other, but neither pages nor steers.
Coming back to a definition that was approved once is approved again, unless somebody took the approval back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from analytics.slo.documents.canonical import body, sha256_of
from analytics.slo.documents.settings import ObjectiveDocuments
from analytics.slo.documents.versions import QUERIES, instant, plain_instant
from analytics.slo.objective import Objective
from collector.store import Step, Store

Definition = tuple[str, str]
"""Name and sha256."""
_COLUMNS = pa.schema(
    [
        ("approval_seq", pa.int64()),
        ("name", pa.string()),
        ("sha256", pa.string()),
        ("approved_by", pa.string()),
        ("approved_at", pa.timestamp("ns")),
        ("note", pa.string()),
        ("revoked", pa.bool_()),
    ]
)


@dataclass(frozen=True, slots=True)
class Approval:
    """One word on a definition."""

    name: str
    sha256: str
    approved_by: str
    approved_at: datetime
    note: str | None = None
    revoked: bool = False
    """Whether it takes back what was approved."""


@dataclass(frozen=True, slots=True)
class Split:
    """Objectives by whether they may act."""

    in_force: tuple[Objective, ...]
    """They page and steer."""
    waiting: tuple[Objective, ...] = ()
    """They are measured and shown."""


def in_force(objectives: Sequence[Objective], approvals: Iterable[Approval], settings: ObjectiveDocuments) -> Split:
    """Which objectives page and steer, and which wait for somebody to approve their present definition."""
    if not settings.require_approval:
        return Split(tuple(objectives))
    approved = standing(approvals)
    acting = {objective.name for objective in objectives if definition(objective) in approved}
    return Split(
        tuple(objective for objective in objectives if objective.name in acting),
        tuple(objective for objective in objectives if objective.name not in acting),
    )


def standing(approvals: Iterable[Approval]) -> Mapping[Definition, Approval]:
    """The approvals that hold: the last word on a definition, unless it is a revocation."""
    last = {(approval.name, approval.sha256): approval for approval in approvals}
    return {about: approval for about, approval in last.items() if not approval.revoked}


def definition(objective: Objective) -> Definition:
    """What an approval of the objective is about."""
    return objective.name, sha256_of(body(objective))


def approvals(store: Store) -> tuple[Approval, ...]:
    """Every word on every definition, oldest first."""
    return tuple(
        Approval(
            row["name"],
            row["sha256"],
            row["approved_by"],
            instant(row["approved_ns"]),
            row["note"],
            row["revoked"],
        )
        for row in store.run(QUERIES["document_approvals"]).to_pylist()
    )


def keep(store: Store, approval: Approval) -> None:
    """Write down one word on a definition."""
    row = {name: getattr(approval, name, 0) for name in _COLUMNS.names}
    row["approved_at"] = plain_instant(approval.approved_at)
    table = pa.Table.from_pylist([row], schema=_COLUMNS)
    store.change([Step(QUERIES["document_approvals_add"])], tables={"fresh": table})


def approval_note(approval: Approval) -> Mapping[str, object]:
    """The body of the journal's note about one word on a definition."""
    about = {"name": approval.name, "sha256": approval.sha256, "by": approval.approved_by}
    return {**about, "note": approval.note, "revoked": approval.revoked}
