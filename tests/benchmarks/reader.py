"""What does obeying cost a request, and how soon does a decision reach one?

1. ``reader.tier()``: nanoseconds of CPU per call, by what the table holds. It runs on every request of the serving
   app; the target is under 2 microseconds.
2. From ``board.publish()`` to the first request that a real LiteLLM Router serves from the lower rung: the publisher
   over HTTP on this machine, the reader's long poll, the router asked without a pause with mocked answers. The target
   is a p99 under one second.

Run with ``python -m tests.benchmarks.reader``.
"""

import asyncio
import os
import statistics
import timeit
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import perf_counter, thread_time

from instrumentation.decision_table import DecisionTable
from instrumentation.downgrade import Decision, Scope
from instrumentation.reader import DowngradeReader
from tests.instrumentation.decisions import decision, document, fresh_board, publish, publishing

ROUNDS = 40
CALLS = 100_000


def main() -> None:
    """Print both answers."""
    print(__doc__.splitlines()[0], "\n")
    for name, nanoseconds in lookup_ns():
        print(f"reader.tier(), {name:<46} {nanoseconds:>6.0f} ns")
    delays_ms = sorted(asyncio.run(_delays_ms()))
    p99 = delays_ms[int(0.99 * (len(delays_ms) - 1))]
    print(f"\ndecision published -> first obeying LiteLLM request, {len(delays_ms)} times:")
    print(f"median {statistics.median(delays_ms):.1f} ms, p99 {p99:.1f} ms, longest {delays_ms[-1]:.1f} ms")
    free_ms, obeying_ms = asyncio.run(_request_ms())
    print(f"one mocked LiteLLM request: {free_ms:.2f} ms free, {obeying_ms:.2f} ms obeying")


def lookup_ns() -> list[tuple[str, float]]:
    """Time ``tier`` over tables of several kinds, best of five."""
    asked = {"tenant": "tenant-7", "route": "answer", "model": "large", "key": "conversation-1"}
    tenants = [_lasting(decision(scope=Scope(tenant=f"tenant-{n}"), share=0.25)) for n in range(1_000)]
    shapes = [
        Scope(*(f"{part}-0" if n & bit else None for part, bit in (("tenant", 4), ("route", 2), ("model", 1))))
        for n in range(1, 8)
    ]
    tables: dict[str, list[Decision]] = {
        "no decision": [],
        "one decision for everyone": [_lasting(decision())],
        "one decision for a quarter of a tenant": [_lasting(decision(scope=Scope("tenant-7"), share=0.25))],
        "1,000 tenants, a quarter each": tenants,
        "all eight shapes of scope, the widest matches": [_lasting(decision(scope=s)) for s in (*shapes, Scope())],
    }
    return [(name, _best_ns(_reader_over(decisions), asked)) for name, decisions in tables.items()]


def _best_ns(reader: DowngradeReader, asked: dict[str, str]) -> float:
    call: Callable[[], object] = lambda: reader.tier(**asked)  # noqa: E731 - timed as the app would call it
    return min(timeit.repeat(call, number=CALLS, repeat=5, timer=thread_time)) / CALLS * 1e9


def _lasting(short: Decision) -> Decision:
    return replace(short, expires_at=datetime.now(UTC) + timedelta(hours=1))


def _reader_over(decisions: list[Decision]) -> DowngradeReader:
    reader = DowngradeReader("http://127.0.0.1:8320")
    reader._following.table = DecisionTable().applied(document(*decisions))[0]
    return reader


def _router(reader: DowngradeReader | None):
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # no download at import
    from litellm import Router  # noqa: PLC0415 - after the environment says so

    from instrumentation.litellm_router import obey  # noqa: PLC0415 - loads litellm

    params = {"model": "openai/any", "api_key": "none"}
    router = Router(
        model_list=[
            {
                "model_name": "answer",
                "litellm_params": {**params, "mock_response": rung, "order": n},
                "model_info": {"routing_tier": rung},
            }
            for n, rung in enumerate(("premium", "economy"))
        ]
    )
    if reader is not None:
        obey(router, reader)
    return router


async def _served(router) -> str:
    answer = await router.acompletion(model="answer", messages=[{"role": "user", "content": "hello"}])
    return answer.choices[0].message.content


async def _delays_ms() -> list[float]:
    board, delays_ms = fresh_board(), []
    with publishing(board) as url, DowngradeReader(url) as reader:
        router = _router(reader)
        await _served(router)
        for n in range(ROUNDS):
            wanted = "economy" if n % 2 == 0 else "premium"
            decisions = [decision(id=f"d-{n}")] if wanted == "economy" else []
            await asyncio.sleep(0.02)
            began = perf_counter()
            await asyncio.to_thread(publish, board, *decisions)
            while await _served(router) != wanted:
                continue
            delays_ms.append((perf_counter() - began) * 1_000)
    return delays_ms


async def _request_ms() -> tuple[float, float]:
    """Time a request of a free router and of an obeying one, in turns, best of ten."""
    routers = [_router(None), _router(_reader_over([_lasting(decision(share=0.5))]))]
    best_ms = [float("inf")] * len(routers)
    for _ in range(10):
        for n, router in enumerate(routers):
            began = perf_counter()
            for _ in range(50):
                await _served(router)
            best_ms[n] = min(best_ms[n], (perf_counter() - began) / 50 * 1_000)
    return best_ms[0], best_ms[1]


if __name__ == "__main__":
    main()
