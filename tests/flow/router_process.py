"""A router in a process of its own: it serves requests under a reader and says which tier each was served at.

Run as a script with the reader's settings as JSON; each line on standard input is a number of requests to serve, each
line on standard output what became of them: ``{"served": {tier: count}, "slowest_ms", "errors", "epoch", "seq"}``.
"""

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from time import perf_counter
from typing import Any

from instrumentation.decision_signature import SignatureKey
from instrumentation.obedience import choose
from instrumentation.publisher_clock import wall_clock
from instrumentation.reader import DowngradeReader

RUNGS = ("premium", "standard", "economy")


def reader_of(asked: dict[str, Any]) -> DowngradeReader:
    """A reader that is in a hurry, with a clock that may be wrong."""
    off = timedelta(seconds=asked.get("clock_off_s", 0))
    return DowngradeReader(
        asked["url"],
        keys=[SignatureKey(kid, secret.encode()) for kid, secret in asked.get("keys", {}).items()],
        clock=lambda: wall_clock() + off,
        **{"poll_s": 0.02, "wait_s": 1, "timeout_s": 0.3, "max_backoff_s": 0.1, **asked.get("reader", {})},
    )


def plain(reader: DowngradeReader) -> Callable[[str], str]:
    """A router of three candidates."""
    return lambda key: choose(RUNGS, reader.tier(route="answer", key=key), tier_of=str)[0]


def litellm_router(reader: DowngradeReader) -> Callable[[str], str]:
    """LiteLLM's, with an answer instead of a provider for each rung."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # no download at import
    from litellm import Router  # noqa: PLC0415 - after the environment says so, and only where it is wanted

    from instrumentation.litellm_router import obey  # noqa: PLC0415 - loads litellm

    params = {"model": "openai/any", "api_key": "none"}
    group = [
        {
            "model_name": "answer",
            "litellm_params": {**params, "mock_response": rung, "order": n},
            "model_info": {"routing_tier": rung},
        }
        for n, rung in enumerate(RUNGS)
    ]
    router = Router(model_list=group, num_retries=0)
    obey(router, reader)
    loop = asyncio.new_event_loop()

    def serve(key: str) -> str:
        call = {"model": "answer", "messages": [{"role": "user", "content": "hello"}]}
        who = {"route": "answer", "request_key": key}
        answer = loop.run_until_complete(router.acompletion(**call, metadata=who))
        return str(answer.choices[0].message.content)

    return serve


def main() -> None:
    """Serve until the input ends."""
    asked = json.loads(sys.argv[1])
    with reader_of(asked) as reader:
        serve = {"plain": plain, "litellm": litellm_router}[asked["router"]](reader)
        serve("warm-up")
        print("ready", flush=True)  # noqa: T201 - this is its protocol
        for line in sys.stdin:
            print(json.dumps(_served(serve, int(line), reader)), flush=True)  # noqa: T201 - this is its protocol


def _served(serve: Callable[[str], str], count: int, reader: DowngradeReader) -> dict[str, Any]:
    served: Counter[str] = Counter()
    slowest_s = 0.0
    for n in range(count):
        began = perf_counter()
        served[serve(f"c-{n}")] += 1
        slowest_s = max(slowest_s, perf_counter() - began)
    status = reader.status()
    return {
        "served": served,
        "slowest_ms": slowest_s * 1e3,
        "errors": dict(status.errors),
        "epoch": status.epoch,
        "seq": status.seq,
        "acknowledged": status.acknowledged,
    }


if __name__ == "__main__":
    main()
