"""Key figures of finance: a table of definitions, and their values in a window.

Ratios of sums, never means of ratios. What cannot be known is null, with the reason beside it, never zero. Cost is what
calls cost by their contracted prices; shared costs and infrastructure are charges of their own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import localcontext
from enum import Enum
from fractions import Fraction

from analytics.allocation import kpi_figures as figures
from analytics.allocation.buckets import DAY_NS, buckets
from analytics.allocation.kpi_facts import BudgetSpent, KpiFacts, read_facts
from analytics.allocation.kpi_figures import Figure
from analytics.allocation.kpi_shapes import Kpi, KpiAnswer, KpiParams
from analytics.allocation.resources import Resource
from analytics.allocation.splitting import rounded
from analytics.allocation.utilisation import ResourceFigures, resource_figures
from analytics.notation import instant_text
from analytics.questions import BadParameter, Window
from collector.store import Store

USD, RATIO = "USD", "ratio"
_MOST_DAYS = 800
"""Of resources: two years with a margin, some seconds' work."""


class Money(Enum):
    """Which numerators of a definition are amounts."""

    ALL = "all"
    OF_COST = "of cost"  # the figure is given of cost and of rows
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Definition:
    """What a key figure is."""

    unit: str
    numerator: str
    denominator: str
    sentence: str
    figures: Callable[[KpiFacts], Iterable[Figure]]
    scale: int = 1
    estimate: bool = False
    money: Money = Money.ALL


DEFINITIONS: Mapping[str, Definition] = {
    "cost_per_request": Definition(
        USD,
        "cost of the requests that ended",
        "requests that ended",
        "What one request costs, failed ones included.",
        figures.cost_per_request,
    ),
    "cost_per_successful_answer": Definition(
        USD,
        "cost of the requests that ended, failed ones included",
        "requests that ended well",
        "What one good answer costs, with everything that failed on the way.",
        figures.cost_per_successful_answer,
    ),
    "cost_per_1k_tokens": Definition(
        USD,
        "cost of the priced lines of a usage class",
        "tokens of the same lines",
        "What a thousand tokens of a usage class cost.",
        figures.cost_per_1k_tokens,
        scale=1000,
    ),
    "cost_per_outcome": Definition(
        USD,
        "cost of all requests that an evaluation judged, whatever it said",
        "requests it gave this label",
        "What one outcome costs, with what was spent on requests that ended otherwise.",
        figures.cost_per_outcome,
    ),
    "allocated_share": Definition(
        RATIO,
        "cost (or ledger lines) with a team or a cost centre",
        "all cost (or ledger lines)",
        "How much of the usage somebody pays for.",
        figures.allocated_share,
        money=Money.OF_COST,
    ),
    "unallocated_share": Definition(
        RATIO,
        "cost (or ledger lines) without a team and without a cost centre",
        "all cost (or ledger lines)",
        "How much of the usage nobody pays for yet.",
        figures.unallocated_share,
        money=Money.OF_COST,
    ),
    "tagged_share": Definition(
        RATIO,
        "cost (or ledger lines) with every required word",
        "all cost (or ledger lines)",
        "How much of the usage says all it should say about itself.",
        figures.tagged_share,
        money=Money.OF_COST,
    ),
    "priced_share": Definition(
        RATIO,
        "tokens (or billed requests) whose cost is known, amortised ones included",
        "all tokens (or billed requests)",
        "How much of what was used is in the cost figures at all.",
        figures.priced_share,
        money=Money.NONE,
    ),
    "prompt_cache_savings": Definition(
        RATIO,
        "cached tokens at the plain price of the same model, less what reads and writes cost",
        "cached tokens at the plain price",
        "What the provider's cache saved, less the premium for writing to it.",
        figures.prompt_cache_savings,
    ),
    "app_cache_savings": Definition(
        RATIO,
        "answers from the application's cache x mean cost of an answer with calls on the same route",
        "the same, and what the answers with calls cost",
        "Estimate of what answers from the application's own cache would have cost.",
        figures.app_cache_savings,
        estimate=True,
    ),
    "downgrade_savings": Definition(
        RATIO,
        "what degraded requests used, at the unit prices the same route paid undegraded, less what it cost",
        "what degraded requests used, at the unit prices the same route paid undegraded",
        "Estimate of what downgrades avoided; requests served without any model count nothing.",
        figures.downgrade_savings,
        estimate=True,
    ),
    "purpose_cost_share": Definition(
        RATIO,
        "cost of ledger lines of a purpose",
        "cost of all ledger lines",
        "How much of the cost goes to answers, retries, fallbacks, failed attempts, judges, embeddings ...",
        figures.purpose_cost_share,
    ),
    "error_cost_share": Definition(
        RATIO,
        "cost of the requests that failed",
        "cost of the requests that ended",
        "How much of the cost bought no answer.",
        figures.error_cost_share,
    ),
    "degraded_cost_share": Definition(
        RATIO,
        "cost of the requests served degraded",
        "cost of the requests that ended",
        "How much of the cost went to degraded answers.",
        figures.degraded_cost_share,
    ),
    "effective_savings_rate": Definition(
        RATIO,
        "list cost less contracted cost, of lines that have both",
        "list cost of the same lines",
        "How much less than the list price was paid: 1 - contracted / list.",
        figures.effective_savings_rate,
    ),
    "budget_variance": Definition(
        RATIO,
        "spent less planned",
        "planned",
        "How far spending is off its plan; below zero is less than planned.",
        figures.budget_variance,
    ),
    "infrastructure_utilisation": Definition(
        RATIO,
        "what was done in the measure of the resource",
        "what it could have done in the hours it was paid for",
        "How much of a resource's capacity was used.",
        figures.infrastructure_utilisation,
        money=Money.NONE,
    ),
    "infrastructure_hours_used": Definition(
        RATIO,
        "hours of the clock with at least one use",
        "hours paid",
        "In how many of its hours a resource was used at all.",
        figures.infrastructure_hours_used,
        money=Money.NONE,
    ),
    "infrastructure_unused_share": Definition(
        RATIO,
        "cost of idle days and of capacity nobody used",
        "cost of the resource",
        "How much of a resource's cost bought nothing.",
        figures.infrastructure_unused_share,
    ),
    "infrastructure_cost_per_1k_tokens": Definition(
        USD,
        "cost of the resource, idle time included",
        "tokens it served",
        "What a thousand tokens cost on infrastructure of one's own.",
        figures.infrastructure_cost_per_1k_tokens,
        scale=1000,
    ),
}
"""Every key figure, in the order it is shown."""


def kpis(
    store: Store,
    params: KpiParams,
    now_ns: int,
    *,
    resources: Sequence[Resource] = (),
    budgets: Iterable[BudgetSpent] = (),
) -> KpiAnswer:
    """Compute every key figure of a window; raises BadParameter for a window or word that cannot be used.

    Figures of resources are about the UTC days the window touches, and about everybody who used them.
    """
    window = params.window(now_ns).widened_to_minutes()
    asked = {"start_ns": window.start_ns, "until_ns": window.until_ns, **params.scope()}
    found = read_facts(
        store, asked, tags=params.required(), resources=_resources(store, resources, window, now_ns), budgets=budgets
    )
    return KpiAnswer(start=window.start_ns, until=window.until_ns, kpis=tuple(key_figures(found)), next=None)


def key_figures(facts: KpiFacts) -> list[Kpi]:
    """Every value of every definition."""
    with localcontext(prec=60):
        return [
            _kpi(name, definition, figure)
            for name, definition in DEFINITIONS.items()
            for figure in definition.figures(facts)
        ]


def _kpi(name: str, definition: Definition, figure: Figure) -> Kpi:
    value = None
    if figure.numerator is not None and figure.denominator:
        value = rounded(Fraction(figure.numerator) * definition.scale / Fraction(figure.denominator))
    return Kpi(
        name=name,
        of=figure.of,
        unit=definition.unit,
        value=value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        amount_usd=figure.numerator if _is_money(definition, figure) else None,
        estimate=definition.estimate,
        note=figure.note,
        sentence=definition.sentence,
    )


def _is_money(definition: Definition, figure: Figure) -> bool:
    return definition.money is Money.ALL or (definition.money is Money.OF_COST and figure.of == "cost")


def _resources(store: Store, resources: Sequence[Resource], window: Window, now_ns: int) -> tuple[ResourceFigures, ...]:
    if not resources:
        return ()
    start_ns = window.start_ns // DAY_NS * DAY_NS
    until_ns = -(-window.until_ns // DAY_NS) * DAY_NS
    if min(until_ns, now_ns) - start_ns > _MOST_DAYS * DAY_NS:
        raise BadParameter(
            "start",
            instant_text(start_ns),
            f"be at most {_MOST_DAYS} days before until: own resources are looked at by day",
        )
    return resource_figures(buckets(store, resources, start_ns, until_ns, now_ns))
