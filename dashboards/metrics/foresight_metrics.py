"""What was foreseen of spend budgets, and that downgrades and changes are judged; a scrape computes nothing of it."""

from collections.abc import Iterator

from alerts.advising import Advising
from alerts.effects.loop import EffectLoop
from alerts.foresight import Foreseen, Foresight
from analytics.notation import NS_PER_S
from dashboards.metrics.families import Samples


def foresight_samples(foresight: Foresight) -> Iterator[tuple[str, Samples]]:
    """The last look; what is unknown has no sample."""
    found = foresight.latest

    def told(name: str) -> Samples:
        values = ((budget, _value(one, name)) for budget, one in found.items())
        return [((budget,), value) for budget, value in values if value is not None]

    yield "burnline_forecast_spend_usd", told("expected_usd")
    yield "burnline_forecast_spend_low_usd", told("low_usd")
    yield "burnline_forecast_spend_high_usd", told("high_usd")
    yield "burnline_forecast_overrun_ratio", told("overrun_probability")
    yield (
        "burnline_forecast_exhaustion_timestamp_seconds",
        [((name,), one.exhausted_ns / NS_PER_S) for name, one in found.items() if one.exhausted_ns is not None],
    )
    looked_ns = foresight.looked_ns
    yield "burnline_forecast_timestamp_seconds", [] if looked_ns is None else [((), looked_ns / NS_PER_S)]
    yield "burnline_forecast_failures", [((), float(foresight.thread.failures))]


def effect_samples(effects: EffectLoop) -> Iterator[tuple[str, Samples]]:
    """How often downgrades could not be judged."""
    yield "burnline_effects_failures", [((), float(effects.thread.failures))]


def advice_samples(advising: Advising) -> Iterator[tuple[str, Samples]]:
    """How often nobody could be advised about changes."""
    yield "burnline_advice_failures", [((), float(advising.thread.failures))]


def _value(one: Foreseen, name: str) -> float | None:
    value = getattr(one, name)
    return None if value is None else float(value)
