"""OpenSLO v1 as a table: every kind of document, every key of it, and what may stand there.

From the specification at its repository's state of September 2025. Where the specification contradicts itself, what it
says in words wins over its JSON schema, which knows no RatioTimeslices and asks every alert policy for a ``duration``:

- Names. The words ask for DNS labels, the specification's own examples are called ``OnCallDevopsMailNotification``;
  both are read. What is written here is always a DNS label.
- ``op`` of an alert condition. Its examples alert when a burn is ``lte`` a threshold; see ``rows``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from analytics.slo.documents.openslo.shapes import Anything, Either, Group, Items, Number, Shape, Text, Truth, Words

VERSION = "openslo/v1"
LONGEST_DESCRIPTION = 1050
LONGEST_LABEL = 63
"""Of a DNS label, which names are."""

_NAME = Text(255, r"[A-Za-z0-9][A-Za-z0-9._|/\\-]*", expected="letters, digits, - and ., first a letter or a digit")
_DESCRIPTION = Text(LONGEST_DESCRIPTION)
_DURATION = Text(
    pattern=r"[1-9][0-9]*[mhdwMQY]",
    expected="a whole number with one of m h d w M Q Y",
    remedy="for instance 30m, 4w or 1M; seconds cannot be said",
)
_ALERT_AFTER = Text(pattern=r"[0-9]+[mhdwMQY]", expected=_DURATION.expected, remedy="0m for at once")
_KEY = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
_OPERATOR = Text(words=("lte", "gte", "lt", "gt"))

_METADATA = Group(
    {
        "name": _NAME,
        "displayName": Text(),
        "labels": Words(_KEY, lists=True),
        "annotations": Words(_KEY),
    },
    required=("name",),
)
_SOURCE = Group({"metricSourceRef": _NAME, "type": Text(), "spec": Anything()}, required=("spec",))
_METRIC = Group({"metricSource": _SOURCE}, required=("metricSource",))
_RATIO = Group(
    {
        "counter": Truth(),
        "good": _METRIC,
        "bad": _METRIC,
        "total": _METRIC,
        "raw": _METRIC,
        "rawType": Text(words=("success", "failure")),
    },
    one_of=(("total", "raw"), ("good", "bad", "raw")),
    together=(("raw", "rawType"),),
)
_SLI = Group(
    {"description": _DESCRIPTION, "thresholdMetric": _METRIC, "ratioMetric": _RATIO},
    one_of=(("thresholdMetric", "ratioMetric"),),
)
_INDICATOR = Group({"metadata": _METADATA, "spec": _SLI}, required=("metadata", "spec"))
_OBJECTIVE = Group(
    {
        "displayName": Text(),
        "op": _OPERATOR,
        "value": Number(),
        "target": Number(
            least="0",
            below="1",
            remedy="99.5 % is target: 0.995 or targetPercent: 99.5; 100 % would leave no budget to burn",
        ),
        "targetPercent": Number(
            least="1",  # the specification allows less, but who promises under 1 % has written a ratio
            below="100",
            remedy="99.5 % is targetPercent: 99.5 or target: 0.995; 100 % would leave no budget to burn",
        ),
        "timeSliceTarget": Number(above="0", most="1", remedy="a ratio: 0.95 for 95 %"),
        "timeSliceWindow": Text(
            pattern=rf"{_DURATION.pattern}|[1-9][0-9]*", expected=f"{_DURATION.expected}, or whole minutes"
        ),
        "indicator": _INDICATOR,
        "indicatorRef": _NAME,
        "compositeWeight": Number(above="0"),
    },
    one_of=(("target", "targetPercent"),),
)
_TIME_WINDOW = Group(
    {
        "duration": _DURATION,
        "isRolling": Truth(),
        "calendar": Group(
            {
                "startTime": Text(
                    pattern=r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", expected="a local time such as 2024-01-01 00:00:00"
                ),
                "timeZone": Text(expected="an IANA time zone such as Europe/Berlin"),
            },
            required=("startTime", "timeZone"),
        ),
    },
    required=("duration",),
)
_CONDITION = Group(
    {
        "description": _DESCRIPTION,
        "severity": Text(),
        "condition": Group(
            {
                "kind": Text(words=("burnrate",)),
                "op": _OPERATOR,
                "threshold": Number(above="0"),
                "lookbackWindow": _DURATION,
                "alertAfter": _ALERT_AFTER,
            },
            required=("kind", "threshold", "lookbackWindow"),
        ),
    },
    required=("severity", "condition"),
)
_TARGET = Group({"target": Text(), "description": _DESCRIPTION}, required=("target",))
_API = Text(words=(VERSION,))


def _inline(kind: str, reference: str, spec: Shape) -> Group:
    """What stands in place, or the name of what stands elsewhere."""
    keys: dict[str, Shape] = {"apiVersion": _API, "kind": Text(words=(kind,)), "metadata": _METADATA, "spec": spec}
    keys[reference] = _NAME
    return Group(keys, one_of=((reference, "spec"),), together=(("spec", "kind"), ("spec", "metadata")))


_POLICY = Group(
    {
        "description": _DESCRIPTION,
        "alertWhenNoData": Truth(),
        "alertWhenResolved": Truth(),
        "alertWhenBreaching": Truth(),
        "conditions": Items(_inline("AlertCondition", "conditionRef", _CONDITION), 1, 1),
        "notificationTargets": Items(_inline("AlertNotificationTarget", "targetRef", _TARGET)),
    },
    required=("conditions",),
)
_SLO = Group(
    {
        "description": _DESCRIPTION,
        "service": _NAME,
        "indicator": _INDICATOR,
        "indicatorRef": _NAME,
        "timeWindow": Items(_TIME_WINDOW, 1, 1),
        "budgetingMethod": Text(words=("Occurrences", "Timeslices", "RatioTimeslices")),
        "objectives": Items(_OBJECTIVE, 1),
        "alertPolicies": Items(Either(_NAME, _inline("AlertPolicy", "alertPolicyRef", _POLICY))),
    },
    required=("service", "budgetingMethod", "objectives"),
)


def _document(kind: str, spec: Shape) -> Group:
    keys: dict[str, Shape] = {"apiVersion": _API, "kind": Text(words=(kind,)), "metadata": _METADATA, "spec": spec}
    return Group(keys, required=("apiVersion", "kind", "metadata", "spec"))


KINDS: Mapping[str, Group] = MappingProxyType(
    {
        kind: _document(kind, spec)
        for kind, spec in (
            ("DataSource", Group({"description": _DESCRIPTION, "type": Text(), "connectionDetails": Anything()})),
            ("SLO", _SLO),
            ("SLI", _SLI),
            ("AlertPolicy", _POLICY),
            ("AlertCondition", _CONDITION),
            ("AlertNotificationTarget", _TARGET),
            ("Service", Group({"description": _DESCRIPTION})),
        )
    }
)
"""Every kind of document."""
