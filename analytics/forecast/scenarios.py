"""What if: more traffic, one more tenant, another price, another model. Each multiplies what is still to come.

    traffic=1.5          1.5
    like_tenant=acme     1 + acme's share of the last four weeks
    model_price=M:0.8    1 + M's share x (0.8 - 1)
    swap=M:N             1 + M's share x (what an average call of M costs on N / on M - 1), by the price book

A scenario changes the expectation, not how sure it is: the interval is as wide in proportion. Prices leave requests and
tokens as they are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import isfinite, prod

from analytics.cost import CostScope
from analytics.forecast.asking import ForecastParams
from analytics.forecast.calls import LOOKED_BACK_NS, average_call
from analytics.forecast.forecasts import Subject, scope_of
from analytics.forecast.reading import Figure, read_scope
from analytics.notation import NS_PER_S
from analytics.questions import BadParameter, Window
from analytics.spending.pricing import Pricer
from collector.store import Store

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AS_IS, TOGETHER = "as_is", "together"


@dataclass(frozen=True, slots=True)
class Grounds:
    """What scenarios are worked out from."""

    store: Store
    price: Pricer
    subject: Subject
    now_ns: int

    @property
    def scope(self) -> CostScope:
        """Whose figure, as filters."""
        return scope_of(self.subject)

    @property
    def window(self) -> Window:
        """The last four weeks."""
        return Window(max(0, self.now_ns - LOOKED_BACK_NS), self.now_ns)

    def share(self, word: str, value: str, parameter: str) -> float:
        """Which part of the figure a tenant or model had in the last four weeks; what is out of the scope has none."""
        own = getattr(self.scope, word)
        if own is not None and own != value:
            return 0.0
        narrowed = self.scope.model_copy(update={word: value})
        part, whole = (self._sum(scope) for scope in (narrowed, self.scope))
        if not part or not whole:
            known = f"GET /v1/cost?by={word} lists them as they are called"
            raise BadParameter(parameter, value, f"be a {word} that was seen in the last four weeks: {known}")
        return float(part / whole)

    def _sum(self, scope: CostScope) -> Decimal:
        read = read_scope(self.store, scope, self.subject.figure, self.window)
        return read.between(0, self.now_ns)


def scenarios(params: ForecastParams, grounds: Grounds) -> list[tuple[str, float]]:
    """Name and factor of each scenario asked for, things as they are first, all together last."""
    found = list(_asked(params, grounds))
    if not found:
        return []
    together = [(TOGETHER, prod(factor for _, factor in found))] if len(found) > 1 else []
    return [(AS_IS, 1.0), *found, *together]


def _asked(params: ForecastParams, grounds: Grounds) -> Iterator[tuple[str, float]]:
    if params.traffic is not None:
        yield f"traffic={params.traffic:g}", params.traffic
    if params.like_tenant is not None:
        yield f"like_tenant={params.like_tenant}", 1 + grounds.share("tenant", params.like_tenant, "like_tenant")
    for name, times in (("model_price", _priced), ("swap", _swapped)):
        text = getattr(params, name)
        if text is not None:
            yield f"{name}={text}", _of_model(name, text, times, grounds)


def _of_model(name: str, text: str, times: Callable[[str, str, Grounds], float], grounds: Grounds) -> float:
    model, colon, other = text.rpartition(":")
    if not (model and colon and other):
        raise BadParameter(name, text, "name a model and what becomes of it, such as gpt-4o:0.8 or gpt-4o:gpt-4o-mini")
    if grounds.subject.figure is not Figure.COST_USD:
        return 1.0
    return 1 + grounds.share("model", model, name) * (times(model, other, grounds) - 1)


def _priced(model: str, times: str, _grounds: Grounds) -> float:
    try:
        found = float(times)
    except ValueError:
        found = -1.0
    if not (isfinite(found) and found >= 0):
        raise BadParameter("model_price", f"{model}:{times}", "end in how many times its price, such as 0.8")
    return found


def _swapped(model: str, other: str, grounds: Grounds) -> float:
    """What an average call of the last four weeks costs on the other model, in terms of what it costs on its own."""
    at = _EPOCH + timedelta(seconds=grounds.now_ns // NS_PER_S)
    call = average_call(grounds.store, grounds.scope, model, grounds.window, grounds.now_ns)
    if call is None:
        raise BadParameter("swap", model, "begin with a model that was called in the last four weeks")
    own, others = (grounds.price(call.model_copy(update={"model": name}), at) for name in (model, other))
    if not own or others is None:
        raise BadParameter("swap", f"{model}:{other}", "name two models that the price book has prices for now")
    return float(others / own)
