"""Documents that somebody broke: whatever is changed in one, it is imported or refused in words."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.slo.documents.openslo.exporting import openslo_text
from analytics.slo.documents.openslo.importing import imported
from analytics.slo.documents.strict_yaml import documents
from analytics.slo.objective import Objective, Sli
from collector.configuration import ConfigurationError

FOREIGN = """apiVersion: openslo/v1
kind: SLO
metadata:
  name: checkout
  labels: {team: [a]}
  annotations: {burnline.dev/sli: latency, burnline.dev/unit: s}
spec:
  service: shop
  indicatorRef: errors
  timeWindow: [{duration: 1M, isRolling: true}]
  budgetingMethod: Occurrences
  objectives:
    - {op: lt, value: 2.5, targetPercent: 99.5}
    - {op: lte, value: 5, target: 0.99, displayName: x}
  alertPolicies:
    - fast
    - kind: AlertPolicy
      metadata: {name: slow}
      spec: {conditions: [{conditionRef: burning}], notificationTargets: [{targetRef: oncall}]}
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: errors}
spec:
  thresholdMetric:
    metricSource: {type: Datadog, spec: {query: q}}
---
apiVersion: openslo/v1
kind: AlertPolicy
metadata: {name: fast}
spec:
  alertWhenBreaching: true
  conditions:
    - kind: AlertCondition
      metadata: {name: fast}
      spec: {severity: sev1, condition: {kind: burnrate, op: lte, threshold: 2, lookbackWindow: 1d, alertAfter: 5m}}
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: {name: burning}
spec:
  severity: page
  condition: {kind: burnrate, threshold: 3, lookbackWindow: 3d}
"""
TEXTS = (FOREIGN, openslo_text([Objective("answers", Sli.AVAILABILITY, 0.995, route="answer", service="shop")]))
VALUES = (
    *("", "null", "[]", "{}", "0", "-1", "1e400", ".nan", "abc", "'x'", "[1, 2]", "{a: b}", "true", "~", '""'),
    *("99999999999999999999w", "9999999Y", "0m", "1Q", "2024-13-01 00:00:00", "[[[]]]", "US/../etc", "\u0660"),
)
BROKEN = st.lists(
    st.tuples(st.integers(0, 10**6), st.sampled_from(["drop", "repeat", "value"]), st.sampled_from(VALUES)),
    min_size=1,
    max_size=3,
)


def broken(text, changes):
    lines = text.split("\n")
    for where, how, value in changes:
        at = where % len(lines)
        if how == "drop":
            lines[at] = ""
        elif how == "repeat":
            lines.insert(at, lines[where // 7 % len(lines)])
        else:
            lines[at] = changed(lines[at], where, value)
    return "\n".join(lines)


def changed(line, where, value):
    """One of the values of a line, in place of which another stands."""
    places = [found.end() for found in re.finditer(r": ", line)]
    if not places:
        return line
    at = places[where % len(places)]
    return line[:at] + value + re.sub(r"^[^,}\]]*", "", line[at:])


def outcome(text):
    try:
        return imported(documents(text, "slo.yaml"))
    except ConfigurationError as refused:
        return refused


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TEXTS), BROKEN)
def test_a_broken_document_is_imported_or_refused_in_words(text, changes):
    found = outcome(broken(text, changes))
    if isinstance(found, ConfigurationError):
        assert all(problem.found and problem.origin == "slo.yaml" for problem in found.problems)
    else:
        assert all(remark.reason and remark.line > 0 for remark in found.remarks)


def test_what_is_not_broken_is_imported():
    assert [len(imported(documents(text, "slo.yaml")).objectives) for text in TEXTS] == [2, 1]
