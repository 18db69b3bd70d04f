"""The shapes of findings, exactly as JSON shows them."""

from pydantic import ConfigDict, Field

from analytics.notation import Instant
from analytics.request_shapes import Answer


class MovedAnswer(Answer):
    """One value that moved the figure."""

    dimension: str
    """model_version, prompt, index, release, model, tenant, route, feature or tier"""
    value: str
    """Its name."""
    how: str
    """new: hardly there before; inside: its own requests are others than before; share: it has more or less traffic"""
    share: float
    """Of the difference; more than 1 where others move against it."""
    before: float | None
    """The figure of its requests in the window before; null: there were none."""
    since: float | None
    """And since it began."""
    traffic_before: float
    """Its share of the requests before."""
    traffic_since: float
    """And since."""


class NearAnswer(Answer):
    """One change of the service near the beginning."""

    model_config = ConfigDict(serialize_by_alias=True)

    id: str
    """As in /v1/changes."""
    at: str
    """When it was made, or first seen."""
    kind: str
    """What changed."""
    name: str
    """Its name."""
    before: str | None = Field(serialization_alias="from", validation_alias="from")
    """The version before."""
    after: str | None = Field(serialization_alias="to", validation_alias="to")
    """The version since."""


class FigureAnswer(Answer):
    """One figure of one scope that was unusual."""

    kind: str
    """figure: it is not as usual; drift: its distribution is another one than in the reference; model_swap: another
    model answers under the name that is asked for"""
    measure: str
    """cost, cost_per_request, input_tokens, output_tokens, p95_ms, error_ratio, refusal_ratio; told:NAME is what spans
    or evaluations tell; of a drift, as in /v1/drift"""
    unit: str
    """Of expected and observed; empty where nobody knows."""
    dimension: str
    """Whose figure it is: all, or those of one tenant, route or model."""
    value: str
    """Which tenant, route or model; empty for all."""
    step_s: int
    """Length of the steps it was judged in; of a drift, of the window that was compared."""
    start: Instant
    """The step in which it seems to have begun."""
    alarmed_at: Instant
    """The end of the step that made it certain."""
    until: Instant | None
    """The end; null while it goes on."""
    ended_as: str | None
    """returned: as before; new_normal: it stayed; withdrawn: late spans took it back; null while it goes on"""
    expected: float
    """Mean of what was expected, from the start on."""
    observed: float
    """Mean of what there was."""
    size: float
    """observed - expected"""
    p_value: float
    """That something as unusual comes up in one step of one figure although nothing happens."""


class FindingAnswer(FigureAnswer):
    """A finding: an event, by the part that tells it best, with what explains it, and all other parts."""

    id: str
    """Its name: of the part that was noticed first."""
    text: str
    """A sentence."""
    moved: tuple[MovedAnswer, ...]
    """What explains it: values that moved, the most telling first."""
    changes: tuple[NearAnswer, ...]
    """Changes of the service near its beginning, the nearest first."""
    trace_ids: tuple[str, ...]
    """Requests that show it."""
    evidence: tuple[str, ...]
    """What else says so, a sentence each: a figure, where a model leads; distributions, of the widest scope."""
    also: tuple[FigureAnswer, ...]
    """The other parts with their figures: what began to move at the same time, what drifted."""


class FindingPage(Answer):
    """Findings, the newest first."""

    start: Instant
    """The window used, start included."""
    until: Instant
    """The window used, until excluded."""
    findings: tuple[FindingAnswer, ...]
    """Those that were open at some time in the window."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""
