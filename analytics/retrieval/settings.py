"""The section ``freshness`` of the configuration: how old the documents of an index may be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from collector.configuration import Finding


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often the documents of an index are renewed."""

    within_s: float
    """A document that is older is stale."""
    index: str | None = None
    """Name of the index or source; left out: every index without a cadence of its own."""

    def __post_init__(self) -> None:
        if not self.within_s > 0:
            raise ValueError(f"within is {self.within_s:g} s; expected more than 0")


def one_each(values: Mapping[str, object]) -> Iterator[Finding]:
    """Find the second cadence of an index: which of them holds would be chance."""
    cadences = cast("Sequence[Cadence]", values.get("freshness", ()))
    seen: set[str | None] = set()
    for at, cadence in enumerate(cadences):
        if cadence.index in seen:
            whose = "every other index" if cadence.index is None else cadence.index
            yield Finding(("freshness", at), f"a second cadence of {whose}", "one for each index")
        seen.add(cadence.index)


SECTIONS: Mapping[str, object] = {"freshness": tuple[Cadence, ...]}
RULES = (one_each,)
