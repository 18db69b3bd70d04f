"""How many bytes of requests are in memory at the same time, over both protocols.

Only bytes that have arrived count: a sender cannot reserve room by announcing a length.
"""

from typing import Self

from collector.signals import Overloaded


class HeldBytes:
    """A budget in bytes for the event loop's requests, from their first byte until they are answered.

    >>> held = HeldBytes(10, retry_after_s=1.0)
    >>> with held.share() as share:
    ...     share.hold(8)
    ...     held.bytes
    8
    >>> held.bytes
    0
    """

    def __init__(self, most: int, *, retry_after_s: float) -> None:
        self.most = most
        self.bytes = 0
        self._retry_after_s = retry_after_s

    def share(self) -> "Share":
        """One request's part; it gives everything back when its ``with`` block ends."""
        return Share(self)

    def take(self, count: int) -> None:
        """Count more bytes; raises :class:`Overloaded`, and counts nothing, when they would not fit."""
        if self.bytes + count > self.most:
            raise Overloaded(
                "held_bytes",
                f"requests in progress hold {self.bytes} of {self.most} bytes: retry",
                retry_after_s=self._retry_after_s,
            )
        self.bytes += count


class Share:
    """What one request holds."""

    __slots__ = ("_bytes", "_held")

    def __init__(self, held: HeldBytes) -> None:
        self._held = held
        self._bytes = 0

    def hold(self, count: int) -> None:
        """Hold ``count`` bytes in all from now on, more or fewer than before."""
        self._held.take(count - self._bytes)
        self._bytes = count

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.bytes -= self._bytes
        self._bytes = 0
