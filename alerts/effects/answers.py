"""Effects as answers: what was judged and kept, and what was not yet, judged now."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from alerts.effects.comparing import Change
from alerts.effects.effect import Effect, Figure, Kind, effect_id
from alerts.effects.figures import Name
from alerts.effects.judging import judged
from alerts.effects.kept import known, settled
from alerts.effects.shapes import ChangeAnswer, EffectRow
from alerts.effects.stretches import Stretch
from collector.store import Store

_PLACES = Decimal("1e-9")
_COST = Name("cost_usd")
_UNJUDGED = Figure(*_COST, Kind.NOTHING, Change(None, None, None, None, 0, 0, 0, "minute"))
ADDS_UP = frozenset({"error_ratio", "outcome_ratio", "outcome_value"})
"""Figures whose change times the requests is an amount of something."""


def effects_of(store: Store, wanted: Sequence[Stretch], every: Sequence[Stretch], now_ns: int) -> list[Effect]:
    """What stretches came to; one that has ended since it was judged is judged again."""
    kept = known(store, wanted)
    found = []
    for one in wanted:
        before = kept.get(effect_id(one))
        current = before is not None and before.stretch == one
        found.append(before if before is not None and current else judged(store, one, every, now_ns))
    return found


def effect_row(effect: Effect) -> EffectRow:
    """One effect, as JSON shows it."""
    stretch, money = effect.stretch, effect.saved
    cost = next((one for one in effect.figures if one.name == _COST), _UNJUDGED)
    return EffectRow(
        id=effect.effect_id,
        entry_seq=stretch.entry_seq,
        tenant=stretch.scope.tenant,
        route=stretch.scope.route,
        tier=stretch.position.tier,
        share=stretch.position.share,
        instead_of=stretch.instead_of,
        why=stretch.why,
        sentence=stretch.sentence,
        start=stretch.start_ns,
        until=stretch.until_ns,
        judged_at=effect.judged_ns,
        settled=settled(stretch, effect.judged_ns),
        requests=effect.requests,
        degraded_requests=effect.lower_requests,
        degraded_ratio=effect.lower_requests / effect.requests if effect.requests else None,
        saved_usd=money.saved_usd,
        cost_usd=money.cost_usd,
        instead_usd=money.instead_usd,
        unknown_requests=money.requests - money.known,
        cost_change_usd=_usd(cost.change.change),
        cost_change_low_usd=_usd(cost.change.low),
        cost_change_high_usd=_usd(cost.change.high),
        cost_change_kind=cost.kind,
        changes=tuple(_changes(effect)),
    )


def total(effect: Effect, figure: Figure) -> tuple[float, float, float] | None:
    """What a change comes to over all requests that were served lower, with its ends; None: not known, or no amount."""
    found = figure.change
    if figure.figure not in ADDS_UP or found.change is None or found.low is None or found.high is None:
        return None
    n = effect.lower_requests
    return found.change * n, found.low * n, found.high * n


def _changes(effect: Effect) -> Iterable[ChangeAnswer]:
    for one in effect.figures:
        if one.name != _COST:
            found, (amount, low, high) = one.change, total(effect, one) or (None, None, None)
            yield ChangeAnswer(
                figure=one.figure,
                name=one.about,
                kind=one.kind,
                verdict=found.verdict,
                lower=found.lower_mean,
                change=found.change,
                low=found.low,
                high=found.high,
                lower_count=found.lower_count,
                other_count=found.other_count,
                total=amount,
                total_low=low,
                total_high=high,
                clusters=found.clusters,
                clustered_by=found.clustered_by,
            )


def _usd(mean: float | None) -> Decimal | None:
    """An estimate, to a thousandth of a millionth."""
    return None if mean is None else Decimal(mean).quantize(_PLACES, ROUND_HALF_EVEN)
