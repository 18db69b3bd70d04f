"""What a run knows besides prices: rules for attribution, and resources of one's own that serve calls.

Both come from the configuration of a later package; derivation sees them through this protocol only.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Protocol
from uuid import UUID

from analytics.derive.tariffs import Call, Served

Words = Mapping[str, str | None]


class Policy(Protocol):
    """Whom a span is for where its own words do not say, and which resource serves a call."""

    @property
    def body(self) -> str:
        """Canonical text: equal policies have equal text, and the text makes the policy again."""
        ...

    @property
    def asks_for(self) -> frozenset[str]:
        """Facts any rule looks at: service, provider, model, kind, user_id."""
        ...

    @property
    def changes_at(self) -> tuple[int, ...]:
        """Instants, unix nanoseconds ascending, at which other rules come into force."""
        ...

    @property
    def has_rules(self) -> bool:
        """Whether there is any rule for attribution."""
        ...

    def words(self, said: Words, facts: Words, at_ns: int) -> Words:
        """All attribution words of a span that started at ``at_ns``."""
        ...

    def served(self, call: Call) -> Sequence[Served]:
        """When a resource serves this call, without overlaps."""
        ...


class NoPolicy:
    """No rule and no resource: a span is for whom it says it is."""

    body = '{"rules":[]}'
    asks_for: frozenset[str] = frozenset()
    changes_at: tuple[int, ...] = ()
    has_rules = False

    def words(self, said: Words, facts: Words, at_ns: int) -> Words:  # noqa: ARG002 - the protocol's names
        """Everything stays as it was said."""
        return said

    def served(self, call: Call) -> Sequence[Served]:  # noqa: ARG002 - the protocol's name
        """Every call has a price."""
        return ()


def no_policy(body: str) -> Policy:
    """Read a stored policy where none was ever configured; refuses to forget rules that were."""
    if body != NoPolicy.body:
        raise ValueError(f"the store holds attribution rules ({body[:80]}) and nothing that reads them was given")
    return NoPolicy()


PolicyOf = Callable[[str], Policy]
"""Makes a policy again from its body."""


def rules_id(policy: Policy) -> UUID:
    """Name of a policy: the first half of the sha256 of its body.

    >>> str(rules_id(NoPolicy()))
    'da506c8a-9c8a-9f31-aa00-eaeef23d4976'
    """
    return UUID(bytes=sha256(policy.body.encode("utf-8")).digest()[:16])
