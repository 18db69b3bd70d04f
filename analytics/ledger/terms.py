"""What a month's charges are made with besides lines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import PackageNotFoundError, version

import pyarrow as pa

from collector.store import Store

Source = Callable[[Store, date], pa.Table]
"""Charges of a month that come from no ledger line (shared costs, unused capacity), with the columns of a charge."""
Progress = Callable[[str, int, int], None]
"""Told by long work as it goes on: the stage, how much of it is done, and of how much (0: nobody knows)."""


def program_version() -> str:
    """Return the version of Burnline that runs; ``unknown`` outside an installed distribution."""
    try:
        return version("burnline")
    except PackageNotFoundError:
        return "unknown"


@dataclass(frozen=True, slots=True)
class Terms:
    """How to make the charges of an open month. Of a closed month everything is in its books."""

    sources: tuple[Source, ...] = ()
    """Asked in this order."""
    words: Mapping[str, object] = field(default_factory=dict)
    """What the month's files are written with, as plain JSON (who pays, who answers); signed with the month."""


def unheard(_stage: str, _done: int, _total: int) -> None:
    """Progress nobody listens to."""
