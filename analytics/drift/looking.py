"""One look: the streams of a window against their reference, what moved them and since when, and swapped models."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.changes.change import Change, Kind, Source
from analytics.changes.history import History
from analytics.drift.attributing import Near, near
from analytics.drift.dating import dated
from analytics.drift.judging import Judged, Verdict, judged
from analytics.drift.reading import events, streams
from analytics.drift.settings import DriftSettings
from analytics.drift.splitting import Because, Split, split
from analytics.drift.stream import Key, Stream
from analytics.drift.swaps import Evidence, Swap, swaps, unnamed
from analytics.drift.vectors import embedding_stream
from analytics.drift.windows import Against, Compared, before, pinned, reference_of, weekdays
from analytics.notation import NS_PER_HOUR, NS_PER_S
from analytics.questions import Window

Reference = Against | Window | None
_LOOKED_INTO = 20
"""Streams that are dated and taken apart: those that drifted most."""
_DOUBT_NS = NS_PER_HOUR // 2
"""How long before a change a drift may be dated that comes from it."""
_WHOLE = frozenset({"embedding", "model_version", "system_fingerprint", "guardrail"})
"""Measures that are not taken apart."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What is known of a drift beyond its verdict."""

    at_ns: int | None
    """When it most likely began."""
    split: Split | None
    """Mix or inside; None of mixes, which are nothing else."""
    near: Sequence[Near]
    """Changes it may come from, the nearest first."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look says."""

    compared: Compared
    judged: Sequence[Judged]
    causes: "dict[Key, Cause]"
    """Of the streams that drifted most."""
    swaps: Sequence[Swap]


def look(history: History, window: Window, settings: DriftSettings, reference: Reference = None) -> Look:
    """Compare a window with its reference: the one given, of the settings, or weekdays where there are any."""
    compared, found = _read(history, window, settings, reference)
    chance = np.random.default_rng([window.start_ns // NS_PER_S, window.until_ns // NS_PER_S])
    verdicts = judged(found, settings, chance)
    changes = history.changes(min(compared.start_ns, window.start_ns), window.until_ns)
    causes = _causes(history, compared, verdicts, changes, settings, chance)
    swapped = swaps(history.store, changes, window, settings.least)
    quiet = _unnamed(history, verdicts, causes, changes, window, settings)
    return Look(compared, verdicts, causes, [*swapped, *quiet])


def _read(
    history: History, window: Window, settings: DriftSettings, reference: Reference
) -> tuple[Compared, list[Stream]]:
    """The first choice in which the reference has anything to compare with, or the last one."""
    chosen = reference or (reference_of(settings.reference) if settings.reference else None)
    choices = _choices(window, chosen)
    for compared in choices:
        found = streams(history.store, compared, settings.most_streams)
        vectors = embedding_stream(history.store, compared, settings.embedding) if settings.embedding else None
        found += [] if vectors is None else [vectors]
        if compared is choices[-1] or any(one.sides()[0].sum() >= settings.least for one in found):
            return compared, found
    raise ValueError("nothing to compare with was chosen")


def _choices(window: Window, chosen: Reference) -> Sequence[Compared]:
    if isinstance(chosen, Window):
        return (pinned(window, chosen),)
    known = {Against.WEEKDAYS: weekdays(window), Against.BEFORE: before(window)}
    return [*known.values()] if chosen is None else [known[chosen]]


def _causes(  # noqa: PLR0917 - a look and what it is looked at with
    history: History,
    compared: Compared,
    verdicts: Sequence[Judged],
    changes: Sequence[Change],
    settings: DriftSettings,
    chance: np.random.Generator,
) -> dict[Key, Cause]:
    drifted = sorted((one for one in verdicts if one.verdict is Verdict.DRIFTED), key=lambda one: -(one.effect or 0.0))
    drifted = drifted[:_LOOKED_INTO]
    began = dated(history.store, compared, [one.stream for one in drifted]) if drifted else {}
    found = {}
    for one in drifted:
        key, apart = one.stream.key, None
        if not one.stream.measure.mix and key.measure not in _WHOLE:
            apart = split(one, events(history.store, compared, one.stream), settings, chance)
        at_ns = began.get(key)
        found[key] = Cause(at_ns, apart, () if at_ns is None else near(key, at_ns, _DOUBT_NS, changes))
    return found


def _unnamed(  # noqa: PLR0917 - a look and what is known of it
    history: History,
    verdicts: Sequence[Judged],
    causes: "dict[Key, Cause]",
    changes: Sequence[Change],
    window: Window,
    settings: DriftSettings,
) -> list[Swap]:
    """Models that were swapped under the same name: by their fingerprint, or else by the length of their answers."""
    drifted = {one.stream.key: one.stream for one in verdicts if one.verdict is Verdict.DRIFTED}
    renamed = {one.name for one in changes if one.kind is Kind.MODEL and one.before is not None}
    found = []
    for key, cause in causes.items():
        evidence = _evidence(key, cause, drifted.keys())
        if evidence is None or cause.at_ns is None or key.value in renamed:
            continue
        one = unnamed(history.store, key.value, evidence, cause.at_ns, window.until_ns, settings.least)
        if evidence is Evidence.FINGERPRINT:
            before, after = drifted[key].replaced()
            one = replace(one, before=before, after=after, told=any(_told(near) for near in cause.near))
        found.append(one)
    return found


def _evidence(key: Key, cause: Cause, drifted: Collection[Key]) -> Evidence | None:
    """By what a drift says that a model was swapped; of lengths, with no change near it that explains them."""
    if key.dimension != "model":
        return None
    if key.measure == "system_fingerprint":
        return Evidence.FINGERPRINT
    words = ("input_tokens", "model_version", "system_fingerprint")
    alone = not any(Key(word, "model", key.value) in drifted for word in words)
    inside = cause.split is not None and cause.split.because is Because.INSIDE
    return Evidence.ANSWER_LENGTH if key.measure == "output_tokens" and alone and inside and not cause.near else None


def _told(one: Near) -> bool:
    return one.change.source is Source.POSTED and abs(one.lag_s) * NS_PER_S <= NS_PER_HOUR
