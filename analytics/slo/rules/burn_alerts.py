"""Alerting rules: an error budget that burns, and an objective of which nothing is heard.

A row of the window table fires where the burn is above its factor in the long and in the short window, and where the
events of the long one are evidence for it. There is no ``for``: the long window has seen the loss and the short one
sees that it goes on, so that waiting would only be late. What has fired goes on for one short window more
(``keep_firing_for``): an incident that pauses within it is one page and not two.

Silence is an alert of its own. Without the counters, because the scrape fails or the rules are older than the
definition they name, nothing could ever burn; ten minutes of that page, which is longer than a restart takes.
"""

from collections.abc import Mapping

from analytics.slo.rules.counters import EVENTS
from analytics.slo.rules.gate import RatioGate
from analytics.slo.rules.promql import duration, figure, number, plain
from analytics.slo.rules.rule import Alerting
from analytics.slo.rules.watch import Row, Watch
from analytics.slo.windows import Severity

BURN = "BurnlineErrorBudgetBurn"
ABSENT = "BurnlineObjectiveAbsent"
ABSENT_FOR_S = 600.0
_SAME = "and ignoring (sloth_window)"


def burn_alert(watch: Watch, row: Row) -> Alerting:
    """The alert of one row; its value is the burn of the long window."""
    long_s, short_s, limit = row.window.long_s, row.window.short_s, number(row.factor)
    gate = RatioGate.of(row.ratio(watch.objective), watch.gate)
    conditions = (
        f"{watch.ratio(long_s)} / {watch.budget} > {limit}",
        f"{watch.ratio(short_s)} / {watch.budget} > {limit}",
        f"{watch.ratio(long_s)} >= ignoring (sloth_window) {gate.bound(watch.evidence(long_s))}",
        f"{watch.evidence(long_s)} >= {gate.minimum}",
    )
    return Alerting(
        alert=BURN,
        expr=f"\n{_SAME} ".join(f"({condition})" for condition in conditions),
        labels={**_labels(watch, row.window.severity), "sloth_window": duration(long_s)},
        annotations=_burning(watch, row, gate),
        keep_firing_for_s=short_s,
    )


def absent_alert(watch: Watch) -> Alerting:
    """The alert for an objective whose counters are not there."""
    name = plain(watch.objective.name)
    return Alerting(
        alert=ABSENT,
        expr=f"absent({watch.counter(EVENTS)})",
        labels=_labels(watch, Severity.PAGE),
        annotations={
            "summary": f"Nothing is known about the objective {name}: no alert of it can fire",
            "description": (
                f"Prometheus has no {EVENTS.series} of this definition. Either Burnline is not scraped, or the "
                "objective has changed since these rules were written."
            ),
            "action": "Look at the target in Prometheus, then write the rules again: burnline slo rules",
            **_further(watch, ABSENT),
        },
        for_s=ABSENT_FOR_S,
    )


def _labels(watch: Watch, severity: Severity) -> Mapping[str, str]:
    owner = {"owner": plain(watch.objective.owner)} if watch.objective.owner else {}
    marked = {name: plain(value) for name, value in watch.labels.items()}
    named = {"objective": plain(watch.objective.name)}
    return {**marked, **named, "severity": severity, "sloth_severity": severity, **owner}


def _burning(watch: Watch, row: Row, gate: RatioGate) -> Mapping[str, str]:
    objective, limit = watch.objective, figure(row.factor)
    long, short, period = (duration(s) for s in (row.window.long_s, row.window.short_s, objective.period_s))
    whose = "".join(f", {word} {{{{ $labels.{word} }}}}" for word in objective.per)
    gone = f"{{{{ with printf `{number(objective.period_s)} / %f` $value | query }}}}"
    share = figure(row.window.budget_share * 100)
    return {
        "summary": f"{plain(objective.name)}{whose}: errors come {{{{ $value | humanize }}}} times too fast",
        "description": (
            f"In the last {long} the error budget burned {{{{ $value | humanize }}}} times as fast as lasts {period}; "
            f"above {limit}, {long} costs {share} % of it, and the last {short} were above that too. At this rate a "
            f"whole budget is gone in {gone}{{{{ . | first | value | humanizeDuration }}}}{{{{ end }}}}."
        ),
        "evidence": (
            f"At least {gate.minimum} {watch.counted}, and so many bad ones that with a probability of "
            f"{figure(watch.gate.confidence)} more than {figure(row.ratio(objective) * 100)} % of all are bad. "
            "Burnline asks the Beta posterior of its exact counts; these rules ask its normal approximation, over "
            "counts extrapolated between scrapes: the two can differ by one event and one scrape."
        ),
        "action": _action(watch),
        **_further(watch, BURN),
    }


def _action(watch: Watch) -> str:
    scope = ("tenant", "team", "feature", "route", "model")
    options = [f"--{word} {value}" for word in scope if (value := getattr(watch.objective, word)) is not None]
    asked = " ".join(["burnline requests", *options, "--since 1h"])
    return f"See what is left with `burnline slo`, and which requests are bad with `{plain(asked)}`"


def _further(watch: Watch, alert: str) -> Mapping[str, str]:
    """What the objective says of itself, the section on what to do, and the page that explains its burn."""
    objective, links = watch.objective, watch.links
    own = objective.runbook_url
    runbook = links.runbook(alert) if own is None else links.absolute(own)
    further = {name: plain(value) for name, value in {**objective.annotations, "runbook_url": runbook}.items()}
    budget = "&".join(f"{word}={{{{ $labels.{word} | urlquery }}}}" for word in objective.per if alert == BURN)
    page = plain(links.objective(objective.name))
    return {**further, "explain_url": f"{page}?{budget}" if budget else page}
