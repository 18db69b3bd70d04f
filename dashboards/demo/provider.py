"""A provider that answers the way OpenAI does, with seeded latency, usage and faults.

It is the only part of the demo that is not real. What becomes of a call depends on the seed and on what was asked, not
on when: the same question fails, or takes long, again.
"""

import asyncio
import json
import math
import random
import re
import socket
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import uvicorn

HOST = "127.0.0.1"
CHARACTERS_PER_TOKEN = 4
_WORD = re.compile(r"[a-z0-9]+")
_PASSAGE = re.compile(r"\[(\d+)\] ")
_EMPTY = frozenset(
    (
        "a",
        "an",
        "and",
        "are",
        "by",
        "does",
        "explain",
        "for",
        "how",
        "in",
        "is",
        "mean",
        "of",
        "our",
        "please",
        "the",
        "to",
        "what",
    )
)
"""Words that carry no meaning of their own in an embedding."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a model answers."""

    snapshot: str
    """The dated name it answers with, which is what has a price."""
    median_ms: float
    reasoning_tokens: int
    """Tokens of thinking before an answer, on average; billed as output."""
    spread: float = 0.2
    """Sigma of the log-normal latency and thinking."""
    fault_ratio: float = 0.0
    fault_status: int = 503


HEALTHY: Mapping[str, Behaviour] = {
    "gpt-5.4": Behaviour("gpt-5.4-2026-03-05", median_ms=420, reasoning_tokens=120),
    "gpt-5.4-mini": Behaviour("gpt-5.4-mini-2026-03-17", median_ms=260, reasoning_tokens=100),
    "gpt-5.4-nano": Behaviour("gpt-5.4-nano-2026-03-17", median_ms=180, reasoning_tokens=80),
}
_OPENINGS = ("", "", "", "In short: ", "Briefly: ")
"""A model does not say the same twice in the same words."""
_UNCITED_RATIO, _INVENTED_RATIO = 0.06, 0.02
"""Answers that name no source, and that name one nobody gave."""
_Message = MutableMapping[str, Any]
_Answer = tuple[int, Mapping[str, Any]]


class Provider:
    """The ASGI application; ``models`` is swapped when an incident begins and ends."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.models = HEALTHY
        self.billed: Counter[str] = Counter()
        """The provider's own count of what it will put on the invoice, by usage class."""
        self.closing = asyncio.Event()
        """Ends every wait, so that a provider can stop while slow calls are under way."""

    async def __call__(
        self,
        scope: _Message,
        receive: Callable[[], Awaitable[_Message]],
        send: Callable[[_Message], Awaitable[None]],
    ) -> None:
        """Answer one HTTP request."""
        asked = json.loads(await _body(receive))
        status, answer = _embedded(asked) if scope["path"].endswith("/embeddings") else await self._chat(asked)
        usage = answer.get("usage", {})
        self.billed["input_uncached"] += usage.get("prompt_tokens", 0)
        self.billed["output"] += usage.get("completion_tokens", 0)
        body = json.dumps(answer).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _chat(self, asked: Mapping[str, Any]) -> _Answer:
        model, text = asked["model"], "\n".join(message["content"] for message in asked["messages"])
        behaviour, chance = self.models[model], random.Random(f"{self._seed} {model} {text}")  # noqa: S311 - no secret
        factor = math.exp(chance.gauss(0, behaviour.spread))
        if chance.random() < behaviour.fault_ratio:
            await self._wait(behaviour.median_ms * factor / 2)
            return behaviour.fault_status, {"error": {"message": f"{model} is overloaded", "type": "server_error"}}
        await self._wait(behaviour.median_ms * factor)
        reasoning, opening = round(behaviour.reasoning_tokens * factor), chance.choice(_OPENINGS)
        return 200, _completion(behaviour, text, reasoning, said(text, opening, chance.random()))

    async def _wait(self, milliseconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.closing.wait(), milliseconds / 1_000)


@asynccontextmanager
async def providing(provider: Provider) -> AsyncIterator[str]:
    """Serve the provider on a free port; gives its base address."""
    # with the protocol named, asyncio sends headers and body at once instead of 40 ms apart
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind((HOST, 0))
    listening.listen()  # who asks before it serves waits instead of being refused
    config = uvicorn.Config(provider, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    server = _QuietServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://{HOST}:{listening.getsockname()[1]}/v1"
    finally:
        provider.closing.set()
        server.should_exit = True
        await serving


class _QuietServer(uvicorn.Server):
    """uvicorn without its signal handlers: the demo owns the signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _body(receive: Callable[[], Awaitable[_Message]]) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def said(text: str, opening: str, chance: float) -> str:
    r"""Answer with the first sentence of the first passage that came along, and name it; ``chance`` is in 0..1.

    >>> said("From these:\n[1] It splits the bill. And more.\nWhat is chargeback?", "Briefly: ", chance=0.5)
    'Briefly: It splits the bill [1]'
    >>> said("From these:\n[1] It splits the bill. And more.\nWhat is chargeback?", "", chance=0.01)
    'It splits the bill [2]'
    """
    lines = text.split("\n")
    passage = _PASSAGE.match(lines[1])
    answer = opening + lines[1][passage.end() if passage else 0 :].partition(". ")[0]
    if passage is None or _INVENTED_RATIO <= chance < _INVENTED_RATIO + _UNCITED_RATIO:
        return answer
    given = sum(_PASSAGE.match(line) is not None for line in lines)
    return f"{answer} [{given + 1 if chance < _INVENTED_RATIO else passage[1]}]"


def _completion(behaviour: Behaviour, text: str, reasoning: int, answer: str) -> Mapping[str, object]:
    read, wrote = len(text) // CHARACTERS_PER_TOKEN, len(answer) // CHARACTERS_PER_TOKEN + reasoning
    return {
        "id": f"chatcmpl-{random.getrandbits(96):024x}",
        "object": "chat.completion",
        "created": 0,
        "model": behaviour.snapshot,
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": answer}}],
        "usage": {
            "prompt_tokens": read,
            "completion_tokens": wrote,
            "total_tokens": read + wrote,
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": reasoning},
        },
    }


def _embedded(asked: Mapping[str, Any]) -> _Answer:
    texts: list[str] = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
    vectors = [vector(text, asked["dimensions"]) for text in texts]
    read = sum(len(text) // CHARACTERS_PER_TOKEN + 1 for text in texts)
    return 200, {
        "object": "list",
        "model": asked["model"],
        "data": [{"object": "embedding", "index": at, "embedding": found} for at, found in enumerate(vectors)],
        "usage": {"prompt_tokens": read, "total_tokens": read},
    }


def vector(text: str, dimensions: int) -> list[float]:
    """Hash the words that carry meaning into a vector of length 1.

    >>> vector("What is a span?", 4) == vector("Please, what does span mean?", 4)
    True
    """
    counts = [0.0] * dimensions
    for word in _WORD.findall(text.lower()):
        if word not in _EMPTY:
            hashed = zlib.crc32(word.encode())
            counts[hashed % dimensions] += 1.0 if hashed & 0x80000000 else -1.0
    length = math.sqrt(sum(count * count for count in counts)) or 1.0
    return [count / length for count in counts]
