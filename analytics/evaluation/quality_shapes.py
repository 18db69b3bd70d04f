"""The shapes of answers about quality over time, exactly as JSON shows them."""

from analytics.notation import Instant
from analytics.request_shapes import Answer


class CourseRow(Answer):
    """One evaluation in one step of time."""

    name: str
    """A metric, or what an evaluator calls itself."""
    source: str | None
    """run (over a golden set), human, or null: an evaluator of traffic."""
    at: Instant
    """The beginning of the step."""
    results: int
    """How many were told."""
    scored: int
    """How many have a score."""
    mean_score: float | None
    """Of those; null without any."""
    low: float | None
    """Lower end of its 95 % interval; null where it cannot be told."""
    high: float | None
    """Upper end."""


class CoursePage(Answer):
    """How evaluations went over time."""

    start: Instant
    """The window used, start included."""
    until: Instant
    """The window used, until excluded."""
    step_s: int
    """Length of a step, in seconds; steps begin at multiples of it."""
    rows: tuple[CourseRow, ...]
    """By name, source and time; a step without results has no row."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""


class WorstRow(Answer):
    """One evaluation of a stored request that is below 1, or a failure."""

    trace_id: str
    """32 hex digits: /v1/requests/{trace_id} has the request."""
    at: Instant
    """When it was judged."""
    name: str
    """The evaluation."""
    source: str | None
    """run, human, or null: an evaluator of traffic."""
    score: float | None
    """What it said; null where it told a label only."""
    label: str | None
    """Its word."""
    explanation: str | None
    """Why, in its words."""
    tenant: str | None
    """Whose request it was."""
    route: str | None
    """Its route."""


class WorstPage(Answer):
    """Stored requests that were judged worst."""

    start: Instant
    """The window used, start included."""
    until: Instant
    """The window used, until excluded."""
    rows: tuple[WorstRow, ...]
    """The lowest score first; a failure without a score counts as 0."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""


class GatedRun(Answer):
    """One of the two runs of a gate."""

    run_id: str
    """32 hex digits, as in /v1/evaluations/runs."""
    name: str | None
    """What it is called: a commit, a version of a prompt."""
    system: str
    """What was asked."""
    started_at: str
    """When its questions began to be asked."""


class GateMetric(Answer):
    """What a gate says of one metric."""

    name: str
    """The metric."""
    side: str
    """retrieval or generation"""
    verdict: str
    """pass, refuse, unproven, or told: it does not gate"""
    why: str
    """In words."""
    pairs: int
    """Items with a score on both sides."""
    baseline: float | None
    """Mean of the pairs."""
    candidate: float | None
    """Mean of the pairs."""
    difference: float | None
    """Of these; below 0 the candidate is worse."""
    lower: float | None
    """Interval of the difference; each end holds with 1 - level."""
    upper: float | None
    """Its upper end."""
    adjusted_p_value: float | None
    """Of a loss beyond what is tolerated, by chance, with all metrics looked at."""
    loss_at_most: float | None
    """Holds with 1 - level."""
    detectable: float | None
    """The smallest loss that is found in four of five comparisons of so many items."""
    noticed: float
    """The loss that a pass rules out."""


class GateContent(Answer):
    """What is told of a gate."""

    verdict: str
    """pass, refuse or unproven"""
    level: float
    """Chance of refusing a change that made nothing worse, over all metrics."""
    items: int
    """Of the golden set."""
    changed_answers: int
    """Items whose text is another one."""
    baseline: GatedRun
    """What it was compared with."""
    candidate: GatedRun
    """What was judged."""
    metrics: tuple[GateMetric, ...]
    """Each metric."""


class GateRow(GateContent):
    """One gate that was sent."""

    at: Instant
    """When the candidate's run began."""


class GatePage(Answer):
    """Gates that were sent, the newest first."""

    start: Instant
    """The window used, start included."""
    until: Instant
    """The window used, until excluded."""
    gates: tuple[GateRow, ...]
    """The newest first."""
    unreadable: int
    """Events that call themselves a gate and cannot be read as one."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""


class AgreementRow(Answer):
    """How far an evaluation agrees with people, over the answers both judged."""

    name: str
    """The evaluation."""
    source: str | None
    """run, or null: an evaluator of traffic."""
    items: int
    """Answers both judged."""
    agreement: float
    """Share on which both say the same."""
    agreement_low: float
    """Lower end of its 95 % interval (Wilson)."""
    agreement_high: float
    """Upper end."""
    kappa: float | None
    """Beyond chance (Cohen); null where one of them says one thing only."""
    kappa_low: float | None
    """Lower end of its 95 % interval (bootstrap)."""
    kappa_high: float | None
    """Upper end."""


class AgreementAnswer(Answer):
    """How far evaluators agree with people."""

    start: Instant
    """The window used, start included: when people said it."""
    until: Instant
    """The window used, until excluded."""
    reviewed: int
    """Answers that a person judged; at most the 10,000 newest count."""
    undecided: int
    """Of these, answers on which no word has more than half of the people."""
    threshold: float
    """A score from here on is a pass."""
    rows: tuple[AgreementRow, ...]
    """By name and source."""
