"""Who asks what, and when: seeded, so that two runs with one seed ask the same questions at the same pace."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a request is for; ``weight`` is its share of the traffic."""

    tenant: str
    team: str
    feature: str
    weight: int


CALLERS = (
    Caller("acme", "support", "assistant", 6),
    Caller("acme", "docs", "search", 4),
    Caller("globex", "support", "assistant", 4),
    Caller("globex", "sales", "proposals", 2),
    Caller("initech", "finance", "month-close", 2),
)
_COMMON = ("What is {}?", "What does {} mean?", "Please explain {}.")
"""Frames that many people use; they mean the same, which only the semantic cache knows."""
_COMMON_RATIO = 0.3
_OWN = ("How does {} matter to our {} in {}?", "Who looks after {} for the {} of {}?", "Show {} for our {} in {}.")
_THINGS = ("chat", "search", "mail replies", "contract review", "ticket triage", "night jobs", "voice line", "reports")
_PLACES = ("Lisbon", "Oslo", "Vienna", "Porto", "Turin", "Ghent", "Malmo", "Basel", "Cork", "Bergen", "Graz", "Nantes")


@dataclass(frozen=True, slots=True)
class Question:
    """One arrival; ``key`` keeps a conversation on one side of a share."""

    caller: Caller
    text: str
    key: str
    document: str = ""
    """What the caller pasted in besides."""


def questions(seed: int, topics: Sequence[str]) -> Iterator[Question]:
    """Ask for ever; a few topics are asked about far more often than others."""
    chance = random.Random(f"questions {seed}")  # noqa: S311 - no secret
    weights, popular = [caller.weight for caller in CALLERS], [1 / rank for rank in range(1, len(topics) + 1)]
    number = 0
    while True:
        number += 1
        caller = chance.choices(CALLERS, weights)[0]
        if chance.random() < _COMMON_RATIO:
            text = chance.choice(_COMMON).format(chance.choices(topics, popular)[0])
        else:
            text = chance.choice(_OWN).format(chance.choice(topics), chance.choice(_THINGS), chance.choice(_PLACES))
        yield Question(caller, text, f"conversation-{number}")


@dataclass(slots=True)
class Load:
    """Sends questions at random instants until it is stopped, and waits for what is under way."""

    ask: Callable[[Question], Coroutine[None, None, None]]
    asked: Iterator[Question]
    requests_per_s: float
    seed: int
    pasted: str = ""
    """What every question brings along at the moment."""
    sent: int = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Send until ``stop`` is set."""
        chance, loop = random.Random(f"arrivals {self.seed}"), asyncio.get_running_loop()  # noqa: S311 - no secret
        next_at = loop.time()
        async with asyncio.TaskGroup() as under_way:
            while not await _set_within(stop, next_at - loop.time()):
                under_way.create_task(self.ask(replace(next(self.asked), document=self.pasted)))
                self.sent += 1
                # after a stall the backlog is dropped: it would be a burst that nobody sent
                next_at = max(next_at, loop.time() - 1.0) + chance.expovariate(self.requests_per_s)


async def _set_within(stop: asyncio.Event, seconds: float) -> bool:
    if stop.is_set() or seconds <= 0:
        await asyncio.sleep(0)
        return stop.is_set()
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
    return True
