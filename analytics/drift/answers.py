"""A look as the API says it."""

from collections.abc import Sequence
from typing import Any

from analytics.drift import effects
from analytics.drift.attributing import Near
from analytics.drift.judging import Judged, Verdict
from analytics.drift.looking import Cause, Look
from analytics.drift.settings import DriftSettings
from analytics.drift.shapes import CallsAnswer, DriftAnswer, NearAnswer, SplitAnswer, StreamAnswer, SwapAnswer
from analytics.drift.splitting import Split
from analytics.drift.swaps import Calls, Swap


def drift_page(found: Look, settings: DriftSettings, shown: Sequence[Judged], following: str | None) -> DriftAnswer:
    """Say what a look says, and of its streams those that are shown."""
    compared = found.compared
    return DriftAnswer(
        start=compared.window.start_ns,
        until=compared.window.until_ns,
        against=compared.against,
        reference_start=compared.start_ns,
        reference_until=max(one.until_ns for one in compared.reference),
        false_discoveries=settings.false_discoveries,
        tested=sum(one.verdict is not Verdict.INSUFFICIENT_DATA for one in found.judged),
        drifted=sum(one.verdict is Verdict.DRIFTED for one in found.judged),
        streams=tuple(_stream(one, found.causes.get(one.stream.key)) for one in shown),
        swaps=tuple(map(_swap, found.swaps)),
        next=following,
    )


def _stream(one: Judged, cause: Cause | None) -> StreamAnswer:
    before, since = one.stream.sides()
    both = bool(before.sum() and since.sum())
    measure = one.stream.measure
    return StreamAnswer(
        **one.stream.key._asdict(),
        unit=measure.unit,
        verdict=one.verdict,
        mix=measure.mix,
        before_count=one.before_count,
        since_count=one.since_count,
        **(_medians(one) if measure.numeric else _moved(one)),
        effect=one.effect,
        jensen_shannon=effects.jensen_shannon(before, since) if both else None,
        p_value=one.p_value,
        adjusted_p_value=one.adjusted,
        began_at=None if cause is None else cause.at_ns,
        split=None if cause is None or cause.split is None else _split(cause.split),
        changes=() if cause is None else tuple(map(_near, cause.near)),
    )


def _split(one: Split) -> SplitAnswer:
    return SplitAnswer(
        because=one.because,
        by=one.by,
        value=one.value,
        share_before=one.share_before,
        share_since=one.share_since,
        mix=one.mix,
        inside=one.inside,
        inside_p_value=one.inside_p,
    )


def _near(one: Near) -> NearAnswer:
    change = one.change
    versions = {"from": change.before, "to": change.after}
    return NearAnswer(
        id=change.change_id, at=change.at_ns, kind=change.kind, name=change.name, lag_s=one.lag_s, **versions
    )


def _medians(one: Judged) -> dict[str, Any]:
    sides = zip(("before", "since"), one.stream.sides(), strict=True)
    found = {name: effects.quantile(side, one.stream.cells, 0.5) if side.sum() else None for name, side in sides}
    return {**found, "moved": None, "moved_before": None, "moved_since": None}


def _moved(one: Judged) -> dict[str, Any]:
    told: dict[str, Any] = {"before": None, "since": None, "moved": None, "moved_before": None, "moved_since": None}
    before, since = one.stream.sides()
    if not before.sum() or not since.sum() or one.stream.cloud is not None:
        return told
    word, share_before, share_since = one.stream.moved()
    return {**told, "moved": word, "moved_before": share_before, "moved_since": share_since}


def _swap(one: Swap) -> SwapAnswer:
    return SwapAnswer(
        model=one.model,
        evidence=one.evidence,
        at=one.at_ns,
        until=one.back_at_ns,
        before=one.before,
        after=one.after,
        told=one.told,
        calls_before=_calls(one.calls.before),
        calls_since=_calls(one.calls.since),
        per_day_usd=one.calls.per_day_usd,
        trace_ids=one.trace_ids[:3],
    )


def _calls(one: Calls) -> CallsAnswer:
    return CallsAnswer(
        calls=one.calls,
        input_tokens=one.input_tokens,
        output_tokens=one.output_tokens,
        cost_per_call_usd=one.cost_per_call_usd,
    )
