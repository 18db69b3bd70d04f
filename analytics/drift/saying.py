"""A drift, and a swapped model, as a sentence."""

from analytics.drift import effects
from analytics.drift.judging import Judged
from analytics.drift.looking import Cause
from analytics.drift.splitting import Because, Split
from analytics.drift.swaps import Evidence, Swap

_WHY = {
    Because.MIX: "the mix moved, not the answers",
    Because.INSIDE: "the same kind of requests is answered in another way",
    Because.BOTH: "the mix moved, and the answers",
}


def drift_sentence(one: Judged, cause: Cause | None) -> str:
    """Say what drifted, from what to what, over how many, and whether it is the mix."""
    key, measure = one.stream.key, one.stream.measure
    whose = "" if key.dimension == "all" else f" of {key.dimension} {key.value}"
    many = f"({one.since_count:,} against {one.before_count:,} events)"
    split = None if cause is None or cause.split is None else cause.split
    why = "" if split is None else f"; {_WHY[split.because]}{_moved(split)}"
    return f"{measure.title}{whose} is another one: {_figures(one)} {many}{why}"


def _figures(one: Judged) -> str:
    if one.stream.measure.numeric:
        before, since = (effects.quantile(side, one.stream.cells, 0.5) for side in one.stream.sides())
        return f"a median of {number(since)} {one.stream.measure.unit}".rstrip() + f" instead of {number(before)}"
    if one.stream.cloud is not None:
        return f"the mean of its vectors moved by {number(one.effect or 0.0)} of their spread"
    word, before, since = one.stream.moved()
    return f"{word or '(none)'} is {_percent(since)} instead of {_percent(before)}"


def _moved(split: Split) -> str:
    if split.because is Because.INSIDE or split.by is None:
        return ""
    shares = f"{_percent(split.share_since)} instead of {_percent(split.share_before)}"
    return f": {split.by} {split.value or '(none)'} has {shares}"


def swap_sentence(one: Swap) -> str:
    """Say which model was swapped, by what it is known, and what it costs.

    >>> from analytics.drift.swaps import BeforeSince, Calls
    >>> calls = BeforeSince(Calls(100, 50.0, 104.0, None, 0), Calls(100, 50.0, 249.0, None, 0), None)
    >>> swap_sentence(Swap("gpt-4o", Evidence.RESPONSE_MODEL, 0, "a", "b", False, calls))
    'b answers for gpt-4o instead of a, and no marker says so: 249 tokens an answer instead of 104'
    """
    tokens = one.calls.before.output_tokens, one.calls.since.output_tokens
    length = (
        "" if None in tokens else f": {number(tokens[1] or 0)} tokens an answer instead of {number(tokens[0] or 0)}"
    )
    money = "" if one.calls.per_day_usd is None else f", {_usd(one)} a day"
    if one.evidence is Evidence.FINGERPRINT:
        return f"{one.model} is served by {one.after} instead of {one.before}, and no marker says so{length}{money}"
    if one.evidence is Evidence.ANSWER_LENGTH:
        return f"{one.model} answers at another length to the same questions, under the same name{length}{money}"
    return f"{one.after} answers for {one.model} instead of {one.before}, and no marker says so{length}{money}"


def _usd(one: Swap) -> str:
    more = one.calls.per_day_usd or 0
    return f"{abs(more):,.2f} USD {'more' if more >= 0 else 'less'}"


def number(value: float) -> str:
    """Three digits, as they are read at a glance."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
