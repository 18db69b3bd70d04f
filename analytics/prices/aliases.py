"""Dated aliases: a name of a model that meant another snapshot at another time.

`mistral-small-latest` was Small 3.2 until 2026-03-15 and is Small 4 since: usage of last year gets last year's
snapshot. Within its dates an alias has the prices of its target and nothing else; outside of them the name is looked up
as it is. A target is a snapshot, not another alias.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from analytics.prices.price import Confidence
from analytics.prices.sellers import normalised
from analytics.prices.windows import When, instant_of, instant_text, meet

COLUMNS = ("provider", "alias", "target", "effective_from", "effective_until", "confidence", "source")
ANY = "*"


class AliasError(ValueError):
    """An alias that cannot be used; the message names it and what is expected."""


@dataclass(frozen=True, slots=True)
class Alias:
    """What a name meant, from an instant until another; open where None."""

    provider: str  # as telemetry or a list names it; * for any
    alias: str
    target: str
    effective_from: datetime | None = None
    effective_until: datetime | None = None
    confidence: Confidence = Confidence.CONTRACT
    source: str = ""

    @property
    def when(self) -> When:
        """The dates as a window."""
        return When(self.effective_from, self.effective_until)

    @property
    def line(self) -> str:
        """The alias as a line of its file."""
        dates = ("" if at is None else instant_text(at) for at in (self.effective_from, self.effective_until))
        return ",".join((self.provider, self.alias, self.target, *dates, self.confidence, self.source))


def read_aliases(path: Path) -> tuple[Alias, ...]:
    """Return the aliases of a file; lines that begin with # are notes."""
    if not path.is_file():
        return ()
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return tuple(alias_of(line) for line in lines[1:])


def alias_of(line: str) -> Alias:
    """Return the alias of a line of a file."""
    (cells,) = csv.reader([line])
    if len(cells) != len(COLUMNS):
        raise AliasError(f"cannot read the alias {line!r}; expected the columns {', '.join(COLUMNS)}")
    provider, alias, target, start, until, confidence, source = cells
    try:
        dates = (instant_of(start) if start else None, instant_of(until) if until else None)
        return Alias(
            normalised(provider), normalised(alias), normalised(target), *dates, Confidence(confidence), source
        )
    except ValueError as error:
        raise AliasError(f"cannot read the alias {line!r}: {error}") from error


def refuse_ambiguous(aliases: Sequence[Alias]) -> None:
    """Raise AliasError if a name means two models at one time, or has dates that hold nothing."""
    by_name: dict[tuple[str, str], list[Alias]] = {}
    for alias in aliases:
        if alias.target == alias.alias:
            raise AliasError(f"{_named(alias)} means itself; name the snapshot it stands for")
        if meet(alias.when, alias.when) is None:
            raise AliasError(f"{_named(alias)} ends before it begins; effective_until has to be later")
        others = by_name.setdefault((alias.provider, alias.alias), [])
        clash = next((other for other in others if meet(other.when, alias.when) is not None), None)
        if clash is not None:
            raise AliasError(f"{_named(clash)} and {_named(alias)} overlap; end the first where the second begins")
        others.append(alias)


def meaning(aliases: Iterable[Alias], providers: set[str], models: set[str]) -> tuple[Alias, ...]:
    """Return what a model of a provider has meant, those that name the provider before those for any."""
    found = [alias for alias in aliases if alias.alias in models and alias.provider in (providers | {ANY})]
    return tuple(sorted(found, key=lambda alias: alias.provider == ANY))


def _named(alias: Alias) -> str:
    return f"{alias.provider}/{alias.alias} -> {alias.target} ({alias.source or 'no source'})"
