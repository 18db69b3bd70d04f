"""The fields of an objective that OpenSLO v1 has a key for, read from one SLO document.

metadata.name, annotations                         name, annotations
spec.description, service                          description, service
spec.timeWindow                                    period, or calendar and time_zone
spec.budgetingMethod, timeSliceWindow, -Target     budgeting, time_slice, time_slice_target
spec.objectives[].target, targetPercent            target
spec.alertPolicies                                 windows
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from yaml.nodes import Node

from analytics.periods import Period
from analytics.slo.documents.openslo import extensions
from analytics.slo.documents.openslo.durations import seconds
from analytics.slo.documents.openslo.library import Document, Library
from analytics.slo.documents.openslo.periods import ROLLING_DEFAULT_S, Lasting, lasting
from analytics.slo.documents.openslo.policies import annotations, policies
from analytics.slo.documents.openslo.remarks import Outcome, Remarks
from analytics.slo.documents.openslo.rows import Row, row
from analytics.slo.documents.openslo.shapes import entries, number
from analytics.slo.documents.writing import decimal_text, group, node_of
from analytics.slo.kinds import NOMINAL_S
from collector.configuration import duration_s, duration_text

BUDGETING: Mapping[str, str] = MappingProxyType(
    {"Occurrences": "occurrences", "Timeslices": "timeslices", "RatioTimeslices": "ratio_timeslices"}
)
_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Home:
    """What the keys of OpenSLO say, by key of an objective."""

    fields: Mapping[str, Node]
    rows: tuple[Row, ...]


def home(slo: Document, found: Library, remarks: Remarks) -> Home | None:
    """What holds for every objective of an SLO; None with a refusal where its window cannot be expressed."""
    lasts = _lasting(slo, remarks)
    if lasts is None:
        return None
    spec = entries(slo.spec)
    fields: dict[str, Node] = {"name": entries(slo.metadata)["name"]}
    fields |= {key: spec[key] for key in ("description", "service") if key in spec}
    fields["budgeting"] = node_of(BUDGETING[str(spec["budgetingMethod"].value)], spec["budgetingMethod"].start_mark)
    fields |= _period(slo, lasts)
    for node in (*fields.values(), spec["budgetingMethod"]):
        remarks.use(node)
    foreign = _foreign(slo, remarks)
    if foreign is not None:
        fields["annotations"] = foreign
    rows = tuple(row(policy, _period_s(lasts), remarks) for policy in policies(slo, found, remarks))
    if rows:
        fields["windows"] = node_of([], slo.spec.start_mark)
        fields["windows"].value = [one.node for one in rows]
    elif "alertPolicies" not in spec:
        reason = "no alert policies: the table of the SRE Workbook watches it"
        remarks.remark(slo, entries(slo.metadata)["name"], "spec.alertPolicies", Outcome.ASSUMED, reason)
    return Home(fields, rows)


def of_objective(objective: Node, remarks: Remarks) -> dict[str, Node]:
    """What one entry of ``spec.objectives`` says."""
    given = entries(objective)
    found: dict[str, Node] = {}
    target = given.get("target") or given["targetPercent"]
    ratio = number(target) or Decimal(0)
    exact = ratio if "target" in given else ratio / _PERCENT
    found["target"] = node_of(decimal_text(exact), target.start_mark)
    if "timeSliceTarget" in given:
        found["time_slice_target"] = given["timeSliceTarget"]
    if "timeSliceWindow" in given:
        length = given["timeSliceWindow"]
        text = str(length.value)
        slice_s = float(text) * 60 if text.isdigit() else seconds(text)
        found["time_slice"] = node_of(duration_text(slice_s), length.start_mark)
        remarks.use(length)
    for node in (target, *found.values()):
        remarks.use(node)
    return found


def _lasting(slo: Document, remarks: Remarks) -> Lasting | None:
    listed = entries(slo.spec).get("timeWindow")
    if listed is None:
        reason = f"no time window: a rolling {duration_text(ROLLING_DEFAULT_S)}"
        remarks.remark(slo, entries(slo.metadata)["name"], "spec.timeWindow", Outcome.ASSUMED, reason)
        return Lasting(duration_text(ROLLING_DEFAULT_S))
    found = lasting(listed.value[0])
    if found.refused:
        remarks.refuse(slo, listed, "spec.timeWindow[0]", found.refused)
        return None
    remarks.use(listed)
    if found.assumed:
        remarks.remark(slo, listed, "spec.timeWindow[0].duration", Outcome.ASSUMED, found.assumed)
    return found


def _period(slo: Document, lasts: Lasting) -> dict[str, Node]:
    listed = entries(slo.spec).get("timeWindow")
    mark = (slo.node if listed is None else listed).start_mark
    values = {"calendar": lasts.calendar, "time_zone": lasts.time_zone, "period": duration_text(_period_s(lasts))}
    return {key: node_of(value, mark) for key, value in values.items() if value is not None}


def _period_s(lasts: Lasting) -> float:
    return NOMINAL_S[Period(lasts.calendar)] if lasts.calendar is not None else duration_s(lasts.period)


def _foreign(slo: Document, remarks: Remarks) -> Node | None:
    """Annotations of others, kept as they are."""
    given = annotations(slo.metadata)
    others = {name: node for name, node in given.items() if not name.startswith(extensions.PREFIX)}
    for node in others.values():
        remarks.use(node)
    return group(others, slo.metadata) if others else None
