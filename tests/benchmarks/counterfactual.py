"""How long does it take to price the requests of the last hour at the tier above, with a million requests in the store?

A route was stepped down an hour ago. A million requests of seven days lie in the store, each with three ledger lines;
some of them ended in the last hour. Asked is what the controller asks of a route that may step up: which of the hour's
requests would have cost at most the ceiling, what all of them would have cost, and how old the newest telemetry is.

Run as ``python -m tests.benchmarks.counterfactual [requests] [requests in the last hour]``.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from alerts.repricing import Repricing, repriced
from alerts.telemetry import StoredTelemetry
from analytics.slo.objective import Objective, Sli
from collector.store import DuckDBStore, Query, Step
from instrumentation.downgrade import Tier

_REQUESTS, _RECENT, _ROUNDS = 1_000_000, 20_000, 9
_NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
_HOUR = _NOON - timedelta(hours=1), _NOON
_WORDS = {"route": "answer"}
_CEILING = Objective("cheap", Sli.COST, 0.95, route="answer", ceiling_usd=Decimal("0.02"))
_ATTRIBUTIONS = """
insert into attributions by name
select n as attribution_id, 'tenant-' || n % 50 as tenant, 'answer' as route, if(n < 50, 'premium', 'economy') as tier
from range(100) r(n)
"""
_RATES = """
insert into rates by name
select
    m * 3 + c as rate_id, 'openai' as provider, 'model-' || m as model,
    ['input_uncached', 'cache_read', 'output'][c + 1] as usage_class,
    ([25, 12, 100][c + 1] * if(m = 0, 10, 1) / 1e8)::decimal(19, 15) as unit_price_usd, 'priced' as status
from range(2) ms(m), range(3) cs(c)
"""
_SPREAD = """
select
    n, md5(n::varchar)::uuid as trace_id, n >= $requests - $recent as fresh,
    case when fresh then 3600 * (n - $requests + $recent) / $recent - 3600
        else -3600 - 601200 * (1 - n / ($requests - $recent)) end as age_s,
    make_timestamp_ns(epoch_ns($noon::timestamp) + (age_s * 1e9)::bigint - 1) as moment,
    n % 50 + if(fresh, 50, 0) as attribution_id
from range($requests) r(n)
"""
_REQUEST_ROWS = f"""
insert into requests by name
select
    trace_id, moment as started_at, moment as ended_at, moment as first_started_at, moment as last_started_at,
    1000000 as duration_ns, 'answer' as name, 'ok' as status, true as complete, fresh as degraded, attribution_id,
    2 as span_count, 1 as call_count, 'reported' as usage_status, 'priced' as cost_status, 0.01 as cost_usd
from ({_SPREAD})
"""  # noqa: S608 - our own text
_LINES = f"""
insert into ledger_lines by name
select
    trace_id, c as span_id, moment as started_at, attribution_id, if(fresh, 3, 0) + c as rate_id, 1 as run_id,
    'answer' as purpose, false as failed, 0 as prompt_tokens, 100 + n % 900 as quantity,
    (quantity * r.unit_price_usd)::decimal(38, 15) as cost_usd
from ({_SPREAD}), range(3) cs(c)
join rates r on r.rate_id = if(fresh, 3, 0) + c
"""  # noqa: S608 - our own text
_MINUTES = """
insert into cost_minutes by name
select
    date_trunc('minute', whole_us(started_at)) as minute_at, attribution_id, rate_id, purpose,
    sum(quantity) as quantity, sum(cost_usd) as list_cost_usd, sum(cost_usd) as cost_usd, count(*) as lines
from ledger_lines
group by all
"""


def main() -> None:
    """Print medians in milliseconds."""
    requests, recent = map(int, [*sys.argv[1:3], *(_REQUESTS, _RECENT)[len(sys.argv[1:3]) :]])
    print(__doc__.splitlines()[0], "\n")
    store = _filled(requests, recent)
    repricing = Repricing(store)
    prices = repricing.prices(_WORDS, Tier.PREMIUM, _NOON)
    asked: dict[str, Callable[[], object]] = {
        "prices of the tier above, asked once a minute": lambda: Repricing(store).prices(_WORDS, Tier.PREMIUM, _NOON),
        "requests at most at the ceiling there": lambda: repricing.ceiling_counts(
            _CEILING, _WORDS, Tier.PREMIUM, _HOUR
        ),
        "cost of all of them there": lambda: repriced(repricing.usage(_WORDS, *_HOUR), Tier.PREMIUM, prices),
        "age of the newest telemetry": lambda: StoredTelemetry(store).newest_at(_NOON),
    }
    print(f"| {requests:,} requests, {recent:,} in the last hour | median ms | CPU ms |")
    print("|---|---|---|")
    for name, ask in asked.items():
        wall_ms, cpu_ms = _timed(ask)
        print(f"| {name} | {wall_ms:.0f} | {cpu_ms:.0f} |")
    store.close()


def _filled(requests: int, recent: int) -> DuckDBStore:
    store = DuckDBStore(None)
    params = {"requests": requests, "recent": recent, "noon": _NOON.replace(tzinfo=None)}
    for number, text in enumerate((_ATTRIBUTIONS, _RATES, _REQUEST_ROWS, _LINES, _MINUTES)):
        store.change([Step(Query(f"fill_{number}", text), params if "$requests" in text else {})])
    return store


def _timed(ask: Callable[[], object]) -> tuple[float, float]:
    walls, cpus = [], []
    for _ in range(_ROUNDS):
        wall, cpu = time.perf_counter(), time.process_time()
        ask()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return statistics.median(walls) * 1e3, statistics.median(cpus) * 1e3


if __name__ == "__main__":
    main()
