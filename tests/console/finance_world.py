"""What the journeys of finance look at: last month's usage to be closed, and today's to be taken apart.

Prices are stated, so that a reader can redo every figure: a call of gpt-4o costs 1,000 x 2 + 100 x 10 = 3,000
millionths of a dollar, one of gpt-4o-mini 1,000 x 1 + 100 x 4 = 1,400. Lists know dearer prices of gpt-4o.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tests.analytics.derive.house import Sent, body, call
from tests.flow.conftest import Burnline

S = 1_000_000_000
FIRST = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
LAST = f"{FIRST - timedelta(days=1):%Y-%m}"
_NINTH = int((FIRST - timedelta(days=1)).replace(day=9, hour=12).timestamp()) * S
CONFIG = {
    "prices": [
        {"model": "gpt-4o", "usd_per_million": {"input_uncached": 2, "output": 10}},
        {"model": "gpt-4o-mini", "usd_per_million": {"input_uncached": 1, "output": 4}},
    ],
    "attribution_rules": [{"name": "teams pay", "when": {"team": ["?*"]}, "set": {"cost_center": "CC-{team}"}}],
    "chargeback": {"company": "Acme", "unallocated_owner": "platform"},
    "budgets": [
        {"name": "month", "period": "month", "amount_usd": 1},
        {"name": "docs", "team": "docs", "period": "day", "amount_usd": "0.001"},
    ],
    "derive": {"settle": "1s"},
}
TODAY = (("support", "gpt-4o"), ("support", "gpt-4o"), ("support", "gpt-4o-mini"), ("docs", "gpt-4o-mini"))
TODAY_USD = "0.0088"  # 2 x 0.003 + 2 x 0.0014
LAST_MONTH = (("support", "gpt-4o"), ("docs", "gpt-4o-mini"), (None, "gpt-4o"), ("docs", "nobody-knows-this-model"))
DEAREST = 0x1000
"""The first of today's requests."""


def fill(server: Burnline) -> None:
    """Send everything and wait until it is rated."""
    began_ns = time.time_ns() - 600 * S
    spans = [
        span for i, (team, model) in enumerate(TODAY) for span in _request(DEAREST + i, began_ns + i * S, team, model)
    ]
    spans += [span for i, (team, model) in enumerate(LAST_MONTH) for span in _request(0x2000 + i, _NINTH, team, model)]
    assert server.send(body(spans)).status_code == 200
    server.until(lambda: _lines(server) == 2 * len(TODAY) and _lines(server, LAST) == 2 * len(LAST_MONTH), 20)


def _lines(server: Burnline, month: str | None = None) -> int:
    """Ledger lines of a month, or of the last day."""
    if month is not None:
        return int(server.get(f"/v1/chargeback/periods/{month}")["lines"])
    start = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 86_400))
    return int(server.get("/v1/cost", start=start)["totals"]["coverage"]["lines"])


def _request(number: int, at_ns: int, team: str | None, model: str) -> Iterator[Sent]:
    who = {"burnline.tenant": "acme", "burnline.route": "answer"} | ({} if team is None else {"burnline.team": team})
    yield Sent(trace=number, span=1, kind="request", name="request", start_at_ns=at_ns, duration_s=2.0, says=who)
    yield call(trace=number, span=2, parent=1, model=model, tokens=(1_000, 100), start_at_ns=at_ns + S, says=who)
