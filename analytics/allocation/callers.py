"""Which resource a span uses, and when.

A call is served by one resource at a time, the first in the order of the configuration; beside that a span can use
any number of others.

>>> from decimal import Decimal
>>> from analytics.allocation.resources import Hourly, Owner, Resource, ResourceKind, UsedBy
>>> rates, used_by = (Hourly(Decimal("2.5"), count=4),), UsedBy(model=("llama-*",))
>>> gpu = Resource("gpu", ResourceKind.GPU, Owner("platform"), rates, used_by)
>>> resource_for([gpu], Caller(response_model="llama-3-70b"), at_ns=0)
'gpu'
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from analytics.allocation.patterns import fits
from analytics.allocation.resources import UsedBy
from analytics.notation import LAST_NS


@dataclass(frozen=True, slots=True)
class Caller:
    """What a span says of itself that decides which resources it uses; None where it is silent."""

    provider: str | None = None
    request_model: str | None = None
    response_model: str | None = None
    region: str | None = None
    kind: str | None = None
    service: str | None = None


class Paid(Protocol):
    """What a caller can use: a resource as configured, or as a run remembers it."""

    @property
    def name(self) -> str:
        """Its unique name."""
        ...

    @property
    def used_by(self) -> UsedBy:
        """Which spans use it."""
        ...

    @property
    def serves(self) -> bool:
        """Whether it answers calls."""
        ...

    @property
    def windows(self) -> tuple[tuple[int, int], ...]:
        """When it is paid for."""
        ...


@dataclass(frozen=True, slots=True)
class Stretch:
    """A resource that a caller uses in ``[from_ns, until_ns)``."""

    resource: str
    from_ns: int
    until_ns: int


def uses(caller: Caller, resource: Paid) -> bool:
    """Whether a span uses a resource, whenever it is paid for."""
    asked = resource.used_by
    named = [name for name in (caller.response_model, caller.request_model) if name]
    models: list[str | None] = [*named] or [None]
    return any(fits(asked.model, model) for model in models) and all(
        fits(getattr(asked, name), getattr(caller, name)) for name in ("provider", "region", "kind", "service")
    )


def resource_for(resources: Iterable[Paid], caller: Caller, at_ns: int) -> str | None:
    """The resource that serves a call that started at ``at_ns``, the first in order; None: the call has a price."""
    found = (one.name for one in resources if one.serves and _paid(one, at_ns) and uses(caller, one))
    return next(found, None)


def serving_stretches(resources: Sequence[Paid], caller: Caller) -> tuple[Stretch, ...]:
    """When which resource serves the calls of a caller, in time; between them its calls have a price."""
    serving = [one for one in resources if one.serves]
    return tuple(stretches(serving, caller, 0, LAST_NS))


def stretches(resources: Sequence[Paid], caller: Caller, start_ns: int, until_ns: int) -> Iterator[Stretch]:
    """Every resource a caller uses in a window, with the time; of those that serve, one at a time."""
    near = [one for one in resources if uses(caller, one)]
    ends = {end for one in near for window in one.windows for end in window}
    marks = sorted({start_ns, until_ns} | {end for end in ends if start_ns < end < until_ns})
    for first, last in pairwise(marks):
        served_by = resource_for(near, caller, first)
        for one in near:
            if _paid(one, first) and (not one.serves or one.name == served_by):
                yield Stretch(one.name, first, last)


def _paid(one: Paid, at_ns: int) -> bool:
    return any(first <= at_ns < last for first, last in one.windows)
