"""How the store is opened. Every value has its reason."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """The section ``store`` of the configuration."""

    memory_limit_mb: int = 512
    """What DuckDB may hold before it spills; it is no hard cap (8 M rows took 582 to 601 MB under 500)."""
    threads: int = 0
    """Threads one query may use; 0 is half of the cores, at least one. Measured on two cores: one thread takes a tenth
    more spans than two (62 k to 56 k a second), because a small insert is not worth dividing."""
    query_timeout_s: float = 30.0
    """A question that takes longer is interrupted, so that it cannot hold the store for ever."""
    free_disk_floor_mb: int = 256
    """Below this much free space ingest answers "try again": a full disk leaves DuckDB unusable until reopened."""
    checkpoint_mb: int = 64
    """Log size at which DuckDB folds it into the main file; the default of 16 MB costs a pause four times as often."""
