"""What calls of a model are like on average, and what they cost at other times: prices that the book has dated.

    factor of a day = 1 + sum over models of share x (an average call at that day's price / at today's - 1)

A share is that of the spend of the last four weeks; a model without a price then and now leaves its share as it is.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from analytics.cost import CostParams, CostScope, cost
from analytics.forecast.season import Floats
from analytics.notation import NS_PER_HOUR, NS_PER_S
from analytics.questions import Window
from analytics.series import INPUT_CLASSES, OUTPUT_CLASSES
from analytics.spending.pricing import Pricer
from analytics.spending.shapes import Estimate
from collector.dialects.usage_classes import UsageClass
from collector.store import Store

LOOKED_BACK_NS = 28 * 24 * NS_PER_HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_MODELS = 10
"""The dearest; the others go on at today's prices."""


def average_call(store: Store, scope: CostScope, model: str, window: Window, now_ns: int) -> Estimate | None:
    """What a call of a model used in a window, on average; None where it was not called."""
    words = scope.model_dump(exclude={"start", "until", "model"}, exclude_none=True)
    asked = CostParams(**words, model=model, start=window.start_ns, until=window.until_ns, by="usage_class")
    rows = cost(store, asked, now_ns).rows
    lines = max((row.coverage.lines for row in rows), default=0)
    if not lines:
        return None
    totals = {name: Decimal(amount) for row in rows for name, amount in row.quantities.items()}
    per_call = {name: round(amount / lines) for name, amount in totals.items()}
    return Estimate(
        model=model,
        input_tokens=sum(per_call.get(str(name), 0) for name in INPUT_CLASSES),
        cache_read_tokens=per_call.get(str(UsageClass.CACHE_READ), 0),
        max_output_tokens=sum(per_call.get(str(name), 0) for name in OUTPUT_CLASSES),
    )


def price_factors(store: Store, price: Pricer, scope: CostScope, begins: Sequence[int], now_ns: int) -> Floats:
    """So many times as dear as today would today's calls be in steps that begin then."""
    window = Window(max(0, now_ns - LOOKED_BACK_NS), now_ns)
    factors = np.ones(len(begins))
    words = scope.model_dump(exclude={"start", "until"}, exclude_none=True)
    asked = CostParams(**words, start=window.start_ns, until=window.until_ns, by="model", limit=_MOST_MODELS)
    page = cost(store, asked, now_ns)
    spent = {row.model: row.cost_usd for row in page.rows if row.model is not None and row.cost_usd}
    whole = sum(spent.values(), Decimal(0))
    for model, amount in spent.items():
        call = average_call(store, scope, model, window, now_ns)
        today = None if call is None else price(call, _at(now_ns))
        if call is not None and today:
            found = [price(call, _at(begin)) for begin in begins]
            ratios = [1.0 if one is None else float(one / today) for one in found]
            factors += float(amount / whole) * (np.array(ratios) - 1)
    return np.maximum(factors, 1e-6)


def _at(at_ns: int) -> datetime:
    return _EPOCH + timedelta(seconds=at_ns // NS_PER_S)
