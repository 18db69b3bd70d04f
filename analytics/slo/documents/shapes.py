"""The shapes of answers about objectives as documents."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from analytics.notation import Instant
from analytics.request_shapes import Answer


class ApprovalAnswer(Answer):
    """Who approved a definition."""

    by: str
    """The person."""
    at: Instant
    """When."""
    note: str | None
    """What they said to it."""


class DifferenceAnswer(Answer):
    """One value in which a version differs from the one before."""

    path: str
    """Where it stands, for instance windows[0].budget_share."""
    before: str | None
    """Null: it was not there."""
    after: str | None
    """Null: it is not there any more."""


class DocumentAnswer(Answer):
    """One version of an objective."""

    name: str
    """The objective."""
    version: int
    """1, 2, 3 ... within its name."""
    sha256: str | None
    """Of the definition's canonical JSON; null: the objective was withdrawn."""
    recorded_at: Instant
    """From when on it holds."""
    owner: str | None
    """Who answers for it."""
    approval: ApprovalAnswer | None
    """Null: nobody has approved this definition, or somebody took it back."""
    status: str
    """in_force (pages and steers), waiting (for approval: measured and shown), superseded or withdrawn"""
    definition: dict[str, Any] | None
    """As it would stand under `objectives`; null: withdrawn."""
    changes: tuple[DifferenceAnswer, ...]
    """Against the version before."""


class DocumentList(Answer):
    """Versions of objectives."""

    documents: tuple[DocumentAnswer, ...]
    """By name; within a name, the newest first."""
    next: str | None
    """Always null: there is one page."""


class ApprovalAsk(BaseModel):
    """An approval, or its revocation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="of the definition that is approved")
    by: str = Field(min_length=1, max_length=200, pattern=r"\S", description="who approves it")
    note: str | None = Field(None, max_length=500, description="what they say to it")
    revoked: bool = Field(False, description="true: takes back what was approved")
