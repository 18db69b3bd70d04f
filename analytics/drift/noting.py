"""What a look says as findings: new ones, those that go on, and those that have ended.

A finding goes on as long as the stream is judged to drift. When it no longer is, it has returned, or is the new normal
if it lasted for a week: by then the reference has it too. A swap has returned when what answered before answers again;
it is the new normal after a week, or with the next one.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from analytics.drift import effects
from analytics.drift.attributing import Near
from analytics.drift.judging import Judged, Verdict
from analytics.drift.looking import Cause, Look
from analytics.drift.returning import Versions, back_ns
from analytics.drift.saying import drift_sentence, swap_sentence
from analytics.drift.splitting import Because, Split
from analytics.drift.swaps import Evidence, Swap
from analytics.findings.course import Ended
from analytics.findings.finding import Finding, Kind, head
from analytics.findings.reading import Key
from analytics.notation import NS_PER_S, instant_text
from collector.store import Store

WEEK_S = 7 * 86_400
_MOST = 100
"""Findings of one look: what drifted most."""
_NEW = 0.02
"""A share below which a stratum was not there before, as for what moved a figure."""


def noted(look: Look, known: Sequence[Finding]) -> list[Finding]:
    """Findings that are new or have changed; ``known`` are those of the weeks before."""
    until_s = look.compared.window.until_ns // NS_PER_S
    swapped = swaps_noted(look.swaps, known, until_s)
    drifts = [one for one in known if one.kind is Kind.DRIFT]
    going_on = {one.key: one for one in drifts if one.open}
    found = [_drift(one, look, going_on.get(Key(*one.stream.key))) for one in _drifted(look)]
    told = {one.key for one in found}
    calm = {Key(*one.stream.key) for one in look.judged if one.verdict in {Verdict.STEADY, Verdict.TOO_SMALL}}
    shown = (one for one in known if one.open and one.explanation.get("evidence") == Evidence.ANSWER_LENGTH)
    over = [*going_on.values(), *shown]
    ended = [_ended(one, until_s) for one in over if one.key in calm and one.key not in told]
    leaders = [one for one in [*known, *swapped] if one.kind is not Kind.FIGURE and one.leads and one.open]
    return [*swapped, *_grouped(found, leaders), *ended]


def swaps_noted(swaps: Sequence[Swap], known: Sequence[Finding], now_s: int) -> list[Finding]:
    """The swaps that nobody told, and what they end."""
    mine = [one for one in known if one.kind is Kind.MODEL_SWAP]
    found = []
    for swap in sorted((one for one in swaps if not one.told), key=lambda one: one.at_ns):
        same = next((one for one in mine if _same(one, swap)), None)
        if same is None or swap.evidence is Evidence.RESPONSE_MODEL:
            found.append(_swap(swap, same))
    names = {one.finding_id for one in found}
    begun = {one.key: one.start_s for one in found}
    for one in mine:
        if one.open and one.finding_id not in names:
            until_s = begun.get(one.key, one.start_s + WEEK_S)
            if one.start_s < until_s <= now_s:
                found.append(replace(one, until_s=until_s, ended=Ended.NEW_NORMAL))
    return found


def _drifted(look: Look) -> list[Judged]:
    found = [one for one in look.judged if one.verdict is Verdict.DRIFTED]
    return sorted(found, key=lambda one: (one.stream.key not in look.causes, -(one.effect or 0.0)))[:_MOST]


def _drift(one: Judged, look: Look, known: Finding | None) -> Finding:
    window, cause = look.compared.window, look.causes.get(one.stream.key)
    at_ns = window.start_ns if cause is None or cause.at_ns is None else cause.at_ns
    key, start_s = Key(*one.stream.key), at_ns // NS_PER_S
    expected, observed, unit = _sides(one)
    name = _name(Kind.DRIFT, *key, start_s) if known is None else known.finding_id
    return Finding(
        finding_id=name,
        group_id=name if known is None else known.group_id,
        key=key,
        step_s=(window.until_ns - window.start_ns) // NS_PER_S,
        start_s=start_s if known is None else known.start_s,
        alarmed_s=window.until_ns // NS_PER_S if known is None else known.alarmed_s,
        until_s=None,
        ended=None,
        expected=expected,
        observed=observed,
        p_value=1.0 if one.p_value is None else one.p_value,
        explanation={"text": drift_sentence(one, cause), "unit": unit, **_explained(cause)},
        kind=Kind.DRIFT,
    )


def _sides(one: Judged) -> tuple[float, float, str]:
    if one.stream.cloud is not None:
        return 0.0, one.effect or 0.0, "spreads"
    if not one.stream.measure.numeric:
        _, before, since = one.stream.moved()
        return before, since, "ratio"
    before, since = (effects.mean(side, one.stream.cells) for side in one.stream.sides())
    return before, since, one.stream.measure.unit


def _explained(cause: Cause | None) -> dict[str, Any]:
    if cause is None:
        return {}
    moved = [] if cause.split is None or cause.split.because is Because.INSIDE else [_moved(cause.split)]
    return {"moved": moved, "changes": [_change(one) for one in cause.near]}


def _moved(split: Split) -> dict[str, Any]:
    return {
        "dimension": split.by or "",
        "value": split.value or "",
        "how": "new" if split.share_before < _NEW else "share",
        "share": split.mix / (split.mix + split.inside) if split.mix + split.inside else 0.0,
        "before": None,
        "since": None,
        "traffic_before": split.share_before,
        "traffic_since": split.share_since,
    }


def _change(one: Near) -> dict[str, Any]:
    change = one.change
    versions = {"from": change.before, "to": change.after}
    return {
        "id": change.change_id,
        "at": instant_text(change.at_ns),
        "kind": change.kind,
        "name": change.name,
    } | versions


def _swap(one: Swap, known: Finding | None) -> Finding:
    key, at_s = Key("output_tokens", "model", one.model), one.at_ns // NS_PER_S
    name = _name(Kind.MODEL_SWAP, one.model, one.evidence, one.after, at_s) if known is None else known.finding_id
    more = None if one.calls.per_day_usd is None else str(one.calls.per_day_usd)
    return Finding(
        finding_id=name,
        group_id=name,
        key=key,
        step_s=86_400,
        start_s=at_s,
        alarmed_s=at_s if known is None else known.alarmed_s,
        **_end(one, known),
        expected=one.calls.before.output_tokens or 0.0,
        observed=one.calls.since.output_tokens or 0.0,
        p_value=0.0,
        explanation={
            "text": swap_sentence(one),
            "unit": "tokens",
            "from": one.before,
            "to": one.after,
            "evidence": one.evidence,
            "longer": _longer(one),
            "per_day_usd": more,
            "traces": [*one.trace_ids[:3]],
        },
        kind=Kind.MODEL_SWAP,
    )


def _end(one: Swap, known: Finding | None) -> dict[str, Any]:
    """Its end: what answered before is back, or as it stood; a name that answers again opens it anew."""
    if one.back_at_ns is not None:
        return {"until_s": one.back_at_ns // NS_PER_S, "ended": Ended.RETURNED}
    if known is None or known.ended is Ended.RETURNED:
        return {"until_s": None, "ended": None}
    return {"until_s": known.until_s, "ended": known.ended}


def swaps_returned(store: Store, known: Iterable[Finding], now_s: int) -> list[Finding]:
    """The swaps that go on no more, as what answered before answers again."""
    found = []
    for one in known:
        versions = _versions(one)
        if versions is not None:
            end_ns = back_ns(store, versions, one.start_s * NS_PER_S, now_s * NS_PER_S)
            if end_ns is not None:
                found.append(replace(one, until_s=end_ns // NS_PER_S, ended=Ended.RETURNED))
    return found


def _versions(one: Finding) -> Versions | None:
    """What answered for a model before and since, of a swap that goes on and names both."""
    told = one.explanation
    if one.kind is not Kind.MODEL_SWAP or not one.open or None in {told.get("from"), told.get("to")}:
        return None
    return Versions(one.key.value, told["from"], told["to"], told["evidence"] == Evidence.FINGERPRINT)


def _same(known: Finding, swap: Swap) -> bool:
    """Whether it was known already; what only the length of answers tells is dated best when it is new."""
    told = known.explanation
    if (known.key.value, told.get("evidence"), told.get("to")) != (swap.model, swap.evidence, swap.after):
        return False
    began_s = swap.at_ns // NS_PER_S
    if swap.evidence is Evidence.FINGERPRINT:
        return known.open or (known.until_s is not None and began_s < known.until_s)
    if swap.evidence is Evidence.ANSWER_LENGTH:
        return known.open and told.get("longer") == _longer(swap)
    return abs(known.start_s - began_s) <= WEEK_S and (known.until_s is None or began_s < known.until_s)


def _longer(one: Swap) -> bool:
    return (one.calls.since.output_tokens or 0.0) > (one.calls.before.output_tokens or 0.0)


def _ended(one: Finding, until_s: int) -> Finding:
    lasted = until_s - one.start_s >= WEEK_S
    return replace(one, until_s=until_s, ended=Ended.NEW_NORMAL if lasted else Ended.RETURNED)


def _grouped(found: Iterable[Finding], leaders: list[Finding]) -> list[Finding]:
    """Put those that are new to the groups they began with, the widest scope first."""
    placed, fresh = [], [*found]
    while fresh:
        one = head(fresh)
        fresh.remove(one)
        leader = next((other for other in leaders if _together(one, other)), None) if one.leads else one
        if leader is None:
            leaders.append(one)
        placed.append(one if leader is None or leader is one else replace(one, group_id=leader.finding_id))
    return placed


def _together(one: Finding, leader: Finding) -> bool:
    """Whether both began within an hour of a day's window."""
    near_s = max(900, min(one.step_s, leader.step_s) // 24)
    return one.finding_id != leader.finding_id and abs(one.start_s - leader.start_s) <= near_s


def _name(*words: object) -> str:
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:32]
