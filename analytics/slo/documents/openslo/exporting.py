"""Objectives as OpenSLO v1: one SLO each, an alert policy for every row of its windows, and their services.

Reading what was written gives the same objectives back. What a key of OpenSLO cannot say exactly stands in an
annotation as well (see ``extensions``), and only then.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from yaml.nodes import Node

from analytics.slo.documents.canonical import default_values, plain
from analytics.slo.documents.openslo import extensions
from analytics.slo.documents.openslo.durations import shorthand
from analytics.slo.documents.openslo.home import BUDGETING, home, of_objective
from analytics.slo.documents.openslo.library import library
from analytics.slo.documents.openslo.periods import window_of
from analytics.slo.documents.openslo.remarks import Remarks
from analytics.slo.documents.openslo.rows import SHARE, SHORT
from analytics.slo.documents.openslo.shapes import entries
from analytics.slo.documents.openslo.spec import LONGEST_DESCRIPTION, LONGEST_LABEL, VERSION
from analytics.slo.documents.writing import Plain, flow_of, node_of, text_tree, yaml_of
from analytics.slo.kinds import Budgeting
from analytics.slo.objective import Objective
from analytics.slo.rules.counters import (
    BAD_EVENTS,
    BAD_EVENTS_TAKEN_BACK,
    EVENTS,
    EVENTS_TAKEN_BACK,
    CounterName,
    definition,
)
from analytics.slo.rules.promql import selector
from analytics.slo.windows import Window
from collector.configuration import duration_text

NO_SERVICE = "burnline"
"""OpenSLO wants a service; this one stands for none."""
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_FOREIGN = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*/)?[a-z0-9](?:[._a-z0-9-]{0,61}[a-z0-9])?"
)
_LONGEST_NAME = LONGEST_LABEL - 8
"""Alert policies are called after their SLO, with a number."""
_LONGEST_PREFIX = 253


def openslo_text(objectives: Sequence[Objective]) -> str:
    """Objectives as a file of OpenSLO v1."""
    return "".join(f"---\n{yaml_of(document)}" for document in openslo_documents(objectives))


def openslo_documents(objectives: Iterable[Objective]) -> Iterator[Mapping[str, Plain]]:
    """Services, then each SLO with its alert policies."""
    listed = list(objectives)
    services = {label(objective.service): objective.service for objective in listed if objective.service is not None}
    for name in sorted(services):
        yield _document("Service", name, {})
    for objective in listed:
        yield from _slo(objective)


def exported_nodes(objectives: Iterable[Objective]) -> list[Node]:
    """The documents as they would be read."""
    return [node_of(document) for document in openslo_documents(objectives)]


def rendered_indicator(objective: Objective) -> Node:
    """The indicator that Burnline itself answers."""
    return node_of(_indicator(objective))


def label(name: str) -> str:
    """A name as a DNS label; one that is none keeps what can be kept, and the hash of the whole.

    >>> label("quick-answers"), label("Quick answers!")
    ('quick-answers', 'quick-answers-f0df5151')
    """
    if len(name) <= _LONGEST_NAME and _LABEL.fullmatch(name):
        return name
    kept = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[: _LONGEST_NAME - 9].strip("-")
    return f"{kept}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".strip("-")


def _slo(objective: Objective) -> Iterator[Mapping[str, Plain]]:
    policies = [_policy(objective, window, at) for at, window in enumerate(objective.windows, start=1)]
    bare = _document("SLO", label(objective.name), _spec(objective), _kept(objective))
    yield _document(
        "SLO", label(objective.name), _spec(objective), _kept(objective) | _unsaid(objective, bare, policies)
    )
    yield from policies


def _unsaid(
    objective: Objective, bare: Mapping[str, Plain], policies: Sequence[Mapping[str, Plain]]
) -> dict[str, Plain]:
    """Annotations for every field that reading the document without them would get wrong."""
    found, remarks = library([node_of(document) for document in (bare, *policies)]), Remarks()
    slo = next(found.of("SLO"))
    at_home, said = home(slo, found, remarks), of_objective(entries(slo.spec)["objectives"].value[0], remarks)
    read = {key: text_tree(node) for key, node in {**(at_home.fields if at_home else {}), **said}.items()}
    values = {**default_values(), **plain(objective)}
    defaults = {key: text_tree(node_of(value)) for key, value in default_values().items()}
    differing = {
        key: value for key, value in values.items() if text_tree(node_of(value)) != read.get(key, defaults.get(key))
    }
    if "annotations" in differing:
        allowed = _kept(objective)
        differing["annotations"] = {key: text for key, text in objective.annotations.items() if key not in allowed}
    return extensions.written(differing)


def _kept(objective: Objective) -> dict[str, Plain]:
    """The annotations whose names OpenSLO allows, as they are."""
    return {key: text for key, text in sorted(objective.annotations.items()) if _allowed(key)}


def _allowed(key: str) -> bool:
    prefix, _, _ = key.rpartition("/")
    own = key.startswith((extensions.PREFIX, "openslo.com/"))
    return not own and len(prefix) <= _LONGEST_PREFIX and _FOREIGN.fullmatch(key) is not None


def _spec(objective: Objective) -> dict[str, Plain]:
    spec: dict[str, Plain] = {}
    if objective.description:
        spec["description"] = objective.description[:LONGEST_DESCRIPTION]
    spec["service"] = NO_SERVICE if objective.service is None else label(objective.service)
    spec["indicator"] = {"metadata": {"name": label(objective.name)}, "spec": _indicator(objective)}
    calendar = None if objective.calendar is None else objective.calendar.value
    spec["timeWindow"] = [window_of(objective.period_s, calendar, objective.time_zone)]
    spec["budgetingMethod"] = next(word for word, ours in BUDGETING.items() if ours == objective.budgeting)
    spec["objectives"] = [_objective(objective)]
    names = [f"{label(objective.name)}-{at}" for at, _ in enumerate(objective.windows, start=1)]
    spec["alertPolicies"] = [{"alertPolicyRef": name} for name in names]
    return spec


def _objective(objective: Objective) -> dict[str, Plain]:
    said: dict[str, Plain] = {"target": float(objective.target)}
    if objective.time_slice_target is not None:
        said["timeSliceTarget"] = float(objective.time_slice_target)
    if objective.budgeting is not Budgeting.OCCURRENCES:
        said["timeSliceWindow"] = shorthand(objective.time_slice_s)
    return said


def _indicator(objective: Objective) -> dict[str, Plain]:
    """Bad and judged events, as Burnline shows them on ``/metrics``: what late data took back is subtracted."""
    bad, total = _metric(BAD_EVENTS, BAD_EVENTS_TAKEN_BACK, objective), _metric(EVENTS, EVENTS_TAKEN_BACK, objective)
    return {"ratioMetric": {"counter": True, "bad": bad, "total": total}}


def _metric(counted: CounterName, taken_back: CounterName, objective: Objective) -> dict[str, Plain]:
    labels = {"objective": objective.name, "definition": definition(objective)}
    query = f"sum({selector(counted.series, labels)}) - sum({selector(taken_back.series, labels)})"
    return {"metricSource": {"type": "Prometheus", "spec": {"query": query}}}


def _policy(objective: Objective, window: Window, at: int) -> Mapping[str, Plain]:
    name, severity = f"{label(objective.name)}-{at}", window.severity.value
    condition: dict[str, Plain] = {
        "kind": "burnrate",
        "op": "gt",
        "threshold": objective.factor(window),
        "lookbackWindow": shorthand(window.long_s),
        "alertAfter": "0m",
    }
    spec: dict[str, Plain] = {
        "alertWhenBreaching": True,
        "alertWhenResolved": False,
        "alertWhenNoData": False,
        "conditions": [
            {
                "kind": "AlertCondition",
                "metadata": {"name": name},
                "spec": {"severity": severity, "condition": condition},
            }
        ],
        "notificationTargets": [
            {"kind": "AlertNotificationTarget", "metadata": {"name": severity}, "spec": {"target": severity}}
        ],
    }
    exact = {SHARE: flow_of(window.budget_share), SHORT: duration_text(window.short_s)}
    return _document("AlertPolicy", name, spec, exact)


def _document(
    kind: str, name: str, spec: Mapping[str, Plain], annotations: Mapping[str, Plain] | None = None
) -> Mapping[str, Plain]:
    metadata: dict[str, Plain] = {"name": name}
    if annotations:
        metadata["annotations"] = annotations
    return {"apiVersion": VERSION, "kind": kind, "metadata": metadata, "spec": spec}
