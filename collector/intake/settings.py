"""How much may wait and how much commits at once. Every value has its reason."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """The section ``intake`` of the configuration."""

    queue_mb: int = 96
    """Request bytes that may wait for their commit; beyond it senders are told to retry."""
    group_mb: int = 12
    """Request bytes decoded at once: about 20,000 spans of 600 bytes, the knee of the decoding curve."""
    ahead_mb: int = 1
    """Request bytes that are decoded while another group commits: about 2,000 spans; fewer wait for the commit."""
    retry_after_s: float = 1.0
    """What overloaded senders are told; the Python exporters drop what would not fit into their 10 s deadline."""
    remembered_spans: int = 6_000_000
    """Span keys kept in memory to notice repeats, 8 bytes each."""
    remembered_batches: int = 500_000
    """Batch keys kept in memory to notice identical retries, 8 bytes each."""
