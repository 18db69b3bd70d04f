"""Requests that wait to be decoded: bounded by their bytes until they are answered."""

import asyncio
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from collector.signals import Receipt, Signal


@dataclass(slots=True)
class Waiting:
    """One request with the future its sender waits on, and the loop that future belongs to."""

    signal: Signal
    body: bytes
    answer: "asyncio.Future[Receipt]"
    loop: asyncio.AbstractEventLoop


@dataclass(slots=True)
class WaitingRequests:
    """Requests that wait to be decoded; bounded by their bytes until they are answered."""

    limit: int
    """Bytes held at once."""
    ahead: int
    """Bytes that are worth decoding while another group commits."""
    items: deque[Waiting] = field(default_factory=deque)
    held: int = 0
    """Bytes not answered yet."""
    requests: int = 0
    """Requests not answered yet."""
    waiting: int = 0
    """Bytes not taken yet."""
    underway: int = 0
    """Groups taken and not answered yet."""
    changed: threading.Condition = field(default_factory=threading.Condition)
    closed: bool = False

    def put(self, waiting: Waiting) -> bool:
        """Whether there is room; a request that finds nobody before it always has."""
        with self.changed:
            if self.closed or (self.held and self.held + len(waiting.body) > self.limit):
                return False
            self.held += len(waiting.body)
            self.requests += 1
            self.waiting += len(waiting.body)
            self.items.append(waiting)
            self.changed.notify()
            return True

    def take(self, group_bytes: int) -> list[Waiting]:
        """Wait for requests of one signal; an empty list once closed and empty.

        While a group is on its way to its commit, requests gather up to ``ahead`` bytes before the next is decoded:
        a commit costs 5 ms before its first span, so two small groups cost more than one of both.
        """
        with self.changed:
            while not self.closed and not self._worth_it():
                self.changed.wait()
            taken: list[Waiting] = []
            size = 0
            while self.items and (not taken or self._fits(taken[0], size, group_bytes)):
                taken.append(self.items.popleft())
                size += len(taken[-1].body)
            self.waiting -= size
            self.underway += 1 if taken else 0
            return taken

    def _worth_it(self) -> bool:
        return bool(self.items) and (self.underway == 0 or self.waiting >= self.ahead)

    def _fits(self, first: Waiting, size: int, group_bytes: int) -> bool:
        following = self.items[0]
        return following.signal is first.signal and size + len(following.body) <= group_bytes

    def release(self, answered: Sequence[Waiting], *, whole: bool) -> None:
        """Requests are answered; ``whole`` when they were the last of their group."""
        with self.changed:
            self.held -= sum(len(waiting.body) for waiting in answered)
            self.requests -= len(answered)
            self.underway -= 1 if whole else 0
            self.changed.notify_all()

    def close(self) -> None:
        """Accept nothing more; what waits is still taken."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()
