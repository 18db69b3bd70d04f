"""Alert policies as rows of an objective's window table.

OpenSLO v1 has one burn, one window and no short window beside it. A row of ours is written as its threshold (the
factor) and its look-back (the long window); the short window and the exact budget share stand in annotations. Read
without them, the short window is a twelfth of the long one, and the share follows: threshold x long window / period.

``op`` compares the burn with the threshold. The specification's examples alert on ``lte``, which would page while
nothing burns; it is taken for ``gte``, and said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from yaml.nodes import Node

from analytics.slo.documents.openslo.durations import INEXACT, seconds
from analytics.slo.documents.openslo.extensions import PREFIX
from analytics.slo.documents.openslo.policies import Place, Policy
from analytics.slo.documents.openslo.remarks import Outcome, Remarks
from analytics.slo.documents.openslo.shapes import entries, number
from analytics.slo.documents.writing import group, node_of
from collector.configuration import duration_text

SHARE, SHORT = f"{PREFIX}budget-share", f"{PREFIX}short"
_SHORT_OF_LONG = 12
SEVERITIES: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("page", "critical", "sev1", "p1", "high"), "page")
    | dict.fromkeys(("ticket", "warning", "sev2", "sev3", "p2", "p3", "medium", "low", "info"), "ticket")
)
"""What others call a severity; a word that is not here is a ticket, because a ticket moves no traffic."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the window table, as nodes; ``exact``: its budget share is stated, not derived from the threshold."""

    node: Node
    threshold: Node
    exact: bool


@dataclass(frozen=True, slots=True)
class _Reader:
    policy: Policy
    remarks: Remarks

    def note(self, node: Node, key: str, outcome: Outcome, reason: str) -> None:
        place = self.policy.condition
        self.remarks.remark(place.document, node, place.at(key), outcome, reason)


def row(policy: Policy, period_s: float, remarks: Remarks) -> Row:
    """The row that a policy says."""
    reader = _Reader(policy, remarks)
    given = entries(policy.condition.node)
    condition = entries(given["condition"])
    for node in (condition["kind"], condition["threshold"], condition["lookbackWindow"], given["severity"]):
        remarks.use(node)
    long_s = _long_s(reader, condition["lookbackWindow"])
    _operator(reader, condition)
    _waiting(reader, condition)
    _targets(policy.spec, str(given["severity"].value), remarks)
    share = policy.annotations.get(SHARE)
    made = {
        "budget_share": share or _share(condition["threshold"], long_s, period_s),
        "long": node_of(duration_text(long_s), condition["lookbackWindow"].start_mark),
        "short": _short(reader, condition["lookbackWindow"], long_s),
        "severity": _severity(reader, given["severity"]),
    }
    if share is not None:
        remarks.use(share)
    return Row(group(made, policy.condition.node), condition["threshold"], share is not None)


def _share(threshold: Node, long_s: float, period_s: float) -> Node:
    return node_of(float(number(threshold) or 0) * long_s / period_s, threshold.start_mark)


def _short(reader: _Reader, look_back: Node, long_s: float) -> Node:
    stated = reader.policy.annotations.get(SHORT)
    if stated is not None:
        reader.remarks.use(stated)
        return stated
    short = duration_text(long_s / _SHORT_OF_LONG)
    reason = f"a short window of {short}, a twelfth: OpenSLO v1 cannot say short"
    reader.note(look_back, "condition.lookbackWindow", Outcome.ASSUMED, reason)
    return node_of(short, look_back.start_mark)


def _long_s(reader: _Reader, look_back: Node) -> float:
    text = str(look_back.value)
    if text[-1] in INEXACT:
        reason = f"{text} taken as {duration_text(seconds(text))}"
        reader.note(look_back, "condition.lookbackWindow", Outcome.ASSUMED, reason)
    return seconds(text)


def _severity(reader: _Reader, node: Node) -> Node:
    said = str(node.value)
    found = SEVERITIES.get(said.lower(), "ticket")
    if said != found:
        reason = f"{said} taken as {found}, which {'pages and steers' if found == 'page' else 'is only shown'}"
        reader.note(node, "severity", Outcome.ASSUMED, reason)
    return node_of(found, node.start_mark)


def _operator(reader: _Reader, condition: Mapping[str, Node]) -> None:
    operator = condition.get("op")
    if operator is not None and operator.value in {"lt", "lte"}:
        reason = f"{operator.value} taken as gte: a burn below its threshold is no reason to alert"
        reader.note(operator, "condition.op", Outcome.ASSUMED, reason)
    elif operator is not None:
        reader.remarks.use(operator)


def _waiting(reader: _Reader, condition: Mapping[str, Node]) -> None:
    after = condition.get("alertAfter")
    if after is not None and str(after.value)[:-1].strip("0"):
        reason = "the short window, not a waiting time, says that it still burns"
        reader.note(after, "condition.alertAfter", Outcome.LEFT, reason)
    elif after is not None:
        reader.remarks.use(after)


def _targets(spec: Place, severity: str, remarks: Remarks) -> None:
    """Remark who is told; a target named like the severity says nothing more than the severity does."""
    listed = entries(spec.node).get("notificationTargets")
    for index, item in enumerate([] if listed is None else listed.value):
        given = entries(item)
        inline = entries(given.get("spec"))
        if "target" in inline and {inline["target"].value, entries(given["metadata"])["name"].value} == {severity}:
            remarks.use(item)
            continue
        path, reason = f"notificationTargets[{index}]", "whom an alert reaches is settled in Alertmanager"
        remarks.remark(spec.document, item, spec.at(path), Outcome.LEFT, reason)
