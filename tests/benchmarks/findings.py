"""How long does a look at ten thousand figures take, on one core?

A store holds three hours of the minutes of 1,650 tenants, with requests, cost, tokens, errors and latencies, which are
ten thousand figures of five-minute steps, and the same again of hours. Asked is what happens once in five minutes: a
step of each has ended. Then the same where late spans have changed the steps of every tenth tenant, so that theirs are
judged again from where they were settled, and what it takes to write down what the detectors know, once an hour.

Run as ``python -m tests.benchmarks.findings [tenants]``.
"""

import sys
import time
from collections.abc import Callable

from analytics.findings.settings import FindingSettings
from analytics.findings.watch import Watch
from analytics.notation import NS_PER_S
from collector.store import DuckDBStore, Query, Step

_TENANTS = 1_650
_NOON_S = 1_795_003_200
_MINUTES = 180
_ATTRIBUTIONS = """
insert into attributions by name
select t as attribution_id, 'tenant-' || t as tenant, 'answer' as route from range($tenants) ts(t)
"""
_REQUESTS = """
insert into request_minutes by name
select
    make_timestamp($from_us + 60000000 * m) as minute_at, t as attribution_id, false as degraded, 12 as requests,
    (hash(t, m) % 3 = 0)::integer as errors, 12000000000 as duration_ns, 12000 + hash(t, m, 1) % 500 as input_tokens,
    1200 + hash(t, m, 2) % 200 as output_tokens, (0.02 + hash(t, m, 3) % 100 / 10000)::decimal(38, 15) as cost_usd,
    0 as unpriced_requests, 0 as missing_usage_requests
from range($tenants) ts(t), range($first, $until) ms(m)
where t % $every = 0
"""
_LATENCIES = """
insert into latency_minutes by name
select
    make_timestamp($from_us + 60000000 * m) as minute_at, t as attribution_id, 'request' as stage,
    (600 + hash(t, m, b) % 60)::smallint as bucket, 4 as observations, 0 as errors
from range($tenants) ts(t), range($first, $until) ms(m), range(3) bs(b)
where t % $every = 0
"""


def main() -> None:
    """Print one table."""
    tenants = int(sys.argv[1]) if len(sys.argv) > 1 else _TENANTS
    print(__doc__.splitlines()[0], "\n")
    store = DuckDBStore(None)
    _insert(store, _ATTRIBUTIONS, tenants=tenants)
    _minutes(store, tenants, 0, _MINUTES)
    watch = Watch(store, FindingSettings(per=("all", "tenant"), most_figures=100_000))
    watch.open(_NOON_S)
    print("| figures | what | CPU seconds |\n|---|---|---|")

    def told(what: str, work: Callable[[], object]) -> None:
        began_s = time.process_time()
        work()
        print(f"| {watch.figures:,} | {what} | {time.process_time() - began_s:.2f} |", flush=True)

    told("the first look, at two hours", lambda: watch.turn((_NOON_S + 120 * 60 + 60) * NS_PER_S))
    told("a step of five minutes has ended", lambda: watch.turn((_NOON_S + 125 * 60 + 60) * NS_PER_S))
    told("another one", lambda: watch.turn((_NOON_S + 130 * 60 + 60) * NS_PER_S))
    _minutes(store, tenants, 100, 110, every=10)
    told("a step has ended, late spans for every tenth", lambda: watch.turn((_NOON_S + 135 * 60 + 60) * NS_PER_S))
    told("an hour has ended, too", lambda: watch.turn((_NOON_S + 180 * 60 + 60) * NS_PER_S))
    told("writing down what the detectors know", watch.close)
    store.close()


def _minutes(store: DuckDBStore, tenants: int, first: int, until: int, every: int = 1) -> None:
    window = {"from_us": _NOON_S * 1_000_000, "first": first, "until": until, "tenants": tenants, "every": every}
    for text in (_REQUESTS, _LATENCIES):
        _insert(store, text, **window)


def _insert(store: DuckDBStore, text: str, **params: int) -> None:
    store.change([Step(Query("inserted", text), params)])


if __name__ == "__main__":
    main()
