"""What only the running process can say about itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry, ProcessCollector

from dashboards.metrics.families import Samples

_PROCESS = ProcessCollector(registry=CollectorRegistry())


def _nothing() -> float:
    return 0.0


@dataclass(frozen=True, slots=True)
class Vitals:
    """What the parts of a server say; each is asked at every scrape."""

    ingest_queue_depth: Callable[[], float] = _nothing
    """Requests that wait for their commit."""
    derivation_lag_s: Callable[[], float] = _nothing
    """Age of the oldest stored batch that answers do not show yet, in seconds; 0 when there is none."""
    store_bytes: Callable[[], float] = _nothing
    """Size of the data directory."""

    def samples(self) -> Iterator[tuple[str, Samples]]:
        """What they say now."""
        yield "burnline_ingest_queue_depth", [((), float(self.ingest_queue_depth()))]
        yield "burnline_derivation_lag_seconds", [((), float(self.derivation_lag_s()))]
        yield "burnline_store_bytes", [((), float(self.store_bytes()))]


def process_samples() -> Iterator[tuple[str, Samples]]:
    """What the operating system says of the process, where it says anything."""
    for metric in _PROCESS.collect():
        yield metric.name, [((), sample.value) for sample in metric.samples]


def directory_bytes(directory: Path) -> int:
    """Add up the sizes of the files in a directory; one that goes meanwhile counts as nothing."""
    return sum(_size(entry) for entry in directory.rglob("*"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0
