"""The shapes of drift, exactly as JSON shows them."""

from pydantic import ConfigDict, Field

from analytics.notation import Instant, Usd
from analytics.request_shapes import Answer


class NearAnswer(Answer):
    """A change the drift may come from."""

    model_config = ConfigDict(serialize_by_alias=True)

    id: str
    """Its name in `/v1/changes`."""
    at: Instant
    """When it was made, or first seen."""
    kind: str
    """What changed."""
    name: str
    """Its name."""
    before: str | None = Field(serialization_alias="from", validation_alias="from")
    """The version before."""
    after: str | None = Field(serialization_alias="to", validation_alias="to")
    """The version since."""
    lag_s: float
    """From the change to the beginning of the drift; negative where the drift is dated before it."""


class SplitAnswer(Answer):
    """A drift taken apart: what other traffic made of it, and what the same kind of traffic did."""

    because: str
    """mix: other requests, each answered as before; inside: the same, answered in another way; both"""
    by: str | None
    """prompt, index, model or tenant: whose mix moved it most; null where none did."""
    value: str | None
    """Of these, the one whose share moved most."""
    share_before: float
    """Its share of the events in the reference."""
    share_since: float
    """And in the window."""
    mix: float
    """The effect of the mix alone."""
    inside: float
    """The effect inside."""
    inside_p_value: float | None
    """That a difference inside as large comes up by chance; null where too few can be compared."""


class StreamAnswer(Answer):
    """One distribution of one scope against its reference."""

    measure: str
    """input_tokens, output_tokens, duration_ms, cost_usd, ended_as, finish_reason, guardrail, model_version,
    system_fingerprint, model, tier, tenant or embedding; told:NAME and label:NAME are what spans or evaluations tell"""
    unit: str
    """Of the medians; empty for words, and where nobody knows."""
    dimension: str
    """Whose distribution it is: all, or that of one route, tenant or model as it is asked for."""
    value: str
    """Which route, tenant or model; empty for all."""
    verdict: str
    """drifted; too_small: certain, and smaller than what counts; steady; insufficient_data: nobody knows"""
    mix: bool
    """Whether it is who or what was served, and not how."""
    before_count: int
    """Events of the reference."""
    since_count: int
    """Events of the window."""
    before: float | None
    """The median in the reference; null for words, and without events."""
    since: float | None
    """And in the window."""
    moved: str | None
    """Of words, the one whose share moved most; null for figures, and without events on a side."""
    moved_before: float | None
    """Its share in the reference."""
    moved_since: float | None
    """And in the window."""
    effect: float | None
    """How large the difference is: Wasserstein distance over standard deviation for figures, Cohen's w for words,
    distance of the means over the spread for vectors."""
    jensen_shannon: float | None
    """Jensen-Shannon distance, base 2; shown, and not judged by."""
    p_value: float | None
    """That a difference as large comes up by chance, blocks of requests being exchanged."""
    adjusted_p_value: float | None
    """After Benjamini and Hochberg over all streams of the comparison."""
    began_at: Instant | None
    """When it most likely began; of the streams that drifted most."""
    split: SplitAnswer | None
    """Mix or inside; of the streams that drifted most, and null of mixes."""
    changes: tuple[NearAnswer, ...]
    """Changes it may come from, the nearest first."""


class CallsAnswer(Answer):
    """Calls of a model before or since."""

    calls: int
    """How many."""
    input_tokens: float | None
    """Mean of a call; null where none tells."""
    output_tokens: float | None
    """Mean of a call; null where none tells."""
    cost_per_call_usd: Usd | None
    """Mean of the calls with a price; null where none has one."""


class SwapAnswer(Answer):
    """A model that was swapped."""

    model: str
    """As it is asked for."""
    evidence: str
    """response_model: another name answers; fingerprint: the same name, and another fingerprint of the system behind;
    answer_length: nothing but answers of another length"""
    at: Instant
    """When it was first seen, or when it most likely began."""
    until: Instant | None
    """When it was seen last, where what answered before is back; null while it goes on."""
    before: str | None
    """What answered before; null where nobody said."""
    after: str | None
    """What answers since."""
    told: bool
    """Whether a marker says so; without one it is silent."""
    calls_before: CallsAnswer
    """A day before, or as much as there is."""
    calls_since: CallsAnswer
    """A day since, or as much as there is."""
    per_day_usd: Usd | None
    """What it costs more a day at the traffic since; negative where it saves; null where too few calls tell."""
    trace_ids: tuple[str, ...]
    """Some of the first requests with it."""


class DriftAnswer(Answer):
    """A comparison of a window with its reference."""

    start: Instant
    """The window, start included."""
    until: Instant
    """The window, until excluded."""
    against: str
    """weekdays: the same of up to four weeks before; before: what came right before; pinned: a chosen window"""
    reference_start: Instant
    """The start of the first window of the reference."""
    reference_until: Instant
    """The end of the last window of the reference."""
    false_discoveries: float
    """The share of wrong ones that is expected, at most, among those that drifted."""
    tested: int
    """Streams with a verdict."""
    drifted: int
    """Streams that drifted."""
    streams: tuple[StreamAnswer, ...]
    """Those that were asked for: what drifted first, by how much."""
    swaps: tuple[SwapAnswer, ...]
    """Models that were swapped in the window, the newest first."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""
