"""OpenSLO v1 of others: what is taken, what is assumed, what is left, and what is wrong with file and line."""

from decimal import Decimal

import pytest

from analytics.periods import Period
from analytics.slo.documents.openslo.exporting import openslo_text
from analytics.slo.documents.openslo.importing import imported
from analytics.slo.documents.strict_yaml import documents
from analytics.slo.kinds import Budgeting, Sli
from analytics.slo.objective import Objective
from analytics.slo.windows import WORKBOOK_WINDOWS, Severity, Window
from collector.configuration import ConfigurationError

RATIO = """
    ratioMetric:
      counter: true
      good: {metricSource: {type: Prometheus, spec: {query: good}}}
      total: {metricSource: {type: Prometheus, spec: {query: total}}}
"""
LATENCY = """
    thresholdMetric:
      metricSource: {type: Datadog, spec: {query: "avg:latency"}}
"""


def slo(  # one builder: every part of an SLO that a test changes
    *, sli="availability", window="{duration: 4w, isRolling: true}", method="Occurrences", target="target: 0.99",
    spec=RATIO, annotations="", more="", name="checkout",
):  # fmt: skip
    said = f"burnline.dev/sli: {sli}" if sli else ""
    noted = ", ".join(filter(None, (said, annotations)))
    indicator = spec.replace("\n", "\n    ")
    return f"""apiVersion: openslo/v1
kind: SLO
metadata:
  name: {name}
  annotations: {{{noted}}}
spec:
  service: shop
  indicator:
    metadata: {{name: {name}-sli}}
    spec:{indicator}
  timeWindow: [{window}]
  budgetingMethod: {method}
  objectives:
    - {{{target}}}
{more}"""


def referring(name, more=""):
    """An SLO whose indicator stands elsewhere."""
    start, _, rest = slo(more=more).partition("  indicator:\n")
    return f"{start}  indicatorRef: {name}\n{rest[rest.index('  timeWindow') :]}"


def policy(*, severity="page", condition="kind: burnrate, threshold: 2, lookbackWindow: 1h", more="", name="fast"):
    return f"""---
apiVersion: openslo/v1
kind: AlertPolicy
metadata: {{name: {name}}}
spec:
  alertWhenBreaching: true
{more}  conditions:
    - kind: AlertCondition
      metadata: {{name: {name}}}
      spec: {{severity: {severity}, condition: {{{condition}}}}}
"""


def taken(*texts, **assume):
    return imported([node for text in texts for node in documents(text, "slo.yaml")], assume)


def only(*texts, **assume):
    (objective,) = taken(*texts, **assume).objectives
    return objective


def remarks(*texts, **assume):
    return [(one.path, one.outcome.value, one.reason) for one in taken(*texts, **assume).remarks]


def refusal(*texts, **assume):
    with pytest.raises(ConfigurationError) as refused:
        taken(*texts, **assume)
    return refused.value.problems[0]


@pytest.mark.parametrize(
    ("target", "ratio"), [("targetPercent: 99.95", 0.9995), ("target: 0.9995", 0.9995), ("targetPercent: 99.9", 0.999)]
)
def test_a_target_is_exact_however_it_is_written(target, ratio):
    assert only(slo(target=target)).target == ratio


@pytest.mark.parametrize(
    ("window", "period_s", "calendar", "zone"),
    [
        ("{duration: 30d, isRolling: true}", 30 * 86400.0, None, "UTC"),
        ("{duration: 12h, isRolling: true}", 43200.0, None, "UTC"),
        (
            "{duration: 1M, calendar: {startTime: 2022-01-01 00:00:00, timeZone: America/New_York}}",
            30 * 86400.0,
            Period.MONTH,
            "America/New_York",
        ),
        ("{duration: 7d, calendar: {startTime: 2024-01-01 00:00:00, timeZone: UTC}}", 604800.0, Period.WEEK, "UTC"),
        ("{duration: 3M, calendar: {startTime: 2024-04-01 00:00:00, timeZone: UTC}}", 7862400.0, Period.QUARTER, "UTC"),
    ],
)
def test_a_time_window_is_a_rolling_or_a_calendar_period(window, period_s, calendar, zone):
    narrow = "  alertPolicies: [fast]\n"
    found = only(slo(window=window, more=narrow), policy())
    assert (found.period_s, found.calendar, found.time_zone) == (period_s, calendar, zone)


@pytest.mark.parametrize(
    ("window", "reason"),
    [
        ("{duration: 1w, calendar: {startTime: 2022-01-01 12:00:00, timeZone: UTC}}", "starts at 2022-01-01 12:00:00"),
        ("{duration: 1w, calendar: {startTime: 2022-01-01 00:00:00, timeZone: UTC}}", "weeks on Monday"),
        ("{duration: 2M, calendar: {startTime: 2022-01-01 00:00:00, timeZone: UTC}}", "a calendar period of 2M"),
        ("{duration: 2M, calendar: {startTime: 2022-02-31 00:00:00, timeZone: UTC}}", "a calendar period of 2M"),
        ("{duration: 1M, calendar: {startTime: 2022-02-31 00:00:00, timeZone: UTC}}", "is no instant"),
        ("{duration: 1w}", "neither isRolling: true nor a calendar"),
    ],
)
def test_a_window_that_is_another_promise_is_not_imported(window, reason):
    assert taken(slo(window=window)).objectives == ()
    ((path, outcome, told),) = remarks(slo(window=window))
    assert (path, outcome) == ("spec.timeWindow[0]", "not imported")
    assert reason in told


def test_a_rolling_month_is_taken_for_30_days_and_that_is_said():
    text = slo(window="{duration: 1M, isRolling: true}", more="  alertPolicies: [fast]\n")
    assert only(text, policy()).period_s == 30 * 86400
    assert ("spec.timeWindow[0].duration", "assumed", "a rolling 1M taken as 30d") in remarks(text, policy())


@pytest.mark.parametrize(
    ("method", "target", "budgeting", "slice_s", "slice_target"),
    [
        ("Occurrences", "target: 0.99", Budgeting.OCCURRENCES, 60.0, None),
        (
            "Timeslices",
            "target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: 5m",
            Budgeting.TIMESLICES,
            300.0,
            0.9,
        ),
        ("RatioTimeslices", "target: 0.99, timeSliceWindow: 5", Budgeting.RATIO_TIMESLICES, 300.0, None),
    ],
)
def test_every_budgeting_method_is_taken(method, target, budgeting, slice_s, slice_target):
    found = only(slo(method=method, target=target))
    assert (found.budgeting, found.time_slice_s, found.time_slice_target) == (budgeting, slice_s, slice_target)


def test_a_threshold_metric_becomes_the_limit_of_its_sli():
    text = slo(
        sli="latency", spec=LATENCY, target="op: lte, value: 2.5, target: 0.95", annotations="burnline.dev/unit: s"
    )
    assert only(text) == Objective(
        "checkout", Sli.LATENCY, 0.95, threshold_ms=2500, service="shop", windows=WORKBOOK_WINDOWS
    )


@pytest.mark.parametrize(
    ("sli", "target", "field", "value"),
    [
        ("cost", "op: lte, value: 0.020, target: 0.95", "ceiling_usd", Decimal("0.02")),
        ("tokens", "op: lt, value: 4000, target: 0.95", "ceiling_tokens", 4000),
        ("measure", "op: gte, value: 0.7, target: 0.95", "at_least", 0.7),
        ("measure", "op: lte, value: 86400, target: 0.95", "at_most", 86400.0),
    ],
)
def test_the_limit_of_every_sli_is_exact(sli, target, field, value):
    text = slo(sli=sli, spec=LATENCY, target=target, annotations="burnline.dev/measure: x" if sli == "measure" else "")
    assert getattr(only(text), field) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (slo(sli="latency", spec=LATENCY, target="op: lte, value: 5, target: 0.95"), "in which unit 5 is"),
        (slo(sli="cost", spec=LATENCY, target="op: gt, value: 5, target: 0.95"), "cost is good up to a limit"),
        (slo(spec=LATENCY, target="op: lt, value: 5, target: 0.95"), "availability has no threshold"),
        (slo(sli="latency", spec=LATENCY), "a threshold metric without op and value"),
        (slo(sli=""), "nothing says what Burnline is to count"),
        (referring("gone"), "no SLI 'gone'"),
    ],
)  # fmt: skip
def test_what_cannot_be_expressed_is_not_imported_and_says_why(text, reason):
    found = taken(text)
    assert found.objectives == ()
    assert [one.reason for one in found.remarks if reason in one.reason and one.outcome == "not imported"]


def test_what_documents_do_not_say_can_be_set_for_all_of_them():
    found = only(slo(sli=""), sli="latency", threshold_ms="2500", per="[tenant]")
    assert (found.sli, found.threshold_ms, [word.value for word in found.per]) == (Sli.LATENCY, 2500.0, ["tenant"])
    assert only(slo(sli="availability"), sli="latency").sli is Sli.AVAILABILITY  # the document wins


def test_several_objectives_of_one_slo_become_several():
    text = slo().replace("    - {target: 0.99}\n", "    - {target: 0.99}\n    - {targetPercent: 99.9}\n")
    assert [(one.name, one.target) for one in taken(text).objectives] == [("checkout-1", 0.99), ("checkout-2", 0.999)]


def test_a_composite_is_not_imported():
    text = slo().replace("{target: 0.99}", "{target: 0.99, indicatorRef: other, compositeWeight: 2}")
    start, _, rest = text.partition("  indicator:\n")
    (told,) = remarks(start + rest[rest.index("  timeWindow") :])
    assert told[:2] == ("spec.objectives", "not imported")


def test_references_are_found_across_files():
    sli = f"apiVersion: openslo/v1\nkind: SLI\nmetadata: {{name: errors}}\nspec:{RATIO}"
    by_name = (
        policy().replace("    - kind: AlertCondition", "    - conditionRef: burning").partition("      metadata")[0]
    )
    condition = (
        "apiVersion: openslo/v1\nkind: AlertCondition\nmetadata: {name: burning}\n"
        "spec: {severity: ticket, condition: {kind: burnrate, op: gte, threshold: 1, lookbackWindow: 3d}}\n"
    )
    slo_file = referring("errors", "  alertPolicies:\n    - alertPolicyRef: fast\n").replace(
        "annotations: {", "annotations: {burnline.dev/route: pay, "
    )
    found = only(slo_file, sli, by_name, condition)
    assert (found.route, found.windows) == ("pay", (Window(3 / 28, 259200.0, 21600.0, Severity.TICKET),))


def test_a_window_without_a_short_one_gets_a_twelfth_and_that_is_said():
    text = slo(more="  alertPolicies: [fast]\n")
    (window,) = only(text, policy()).windows
    assert (window.long_s, window.short_s, round(window.budget_share, 9)) == (3600.0, 300.0, round(2 / 672, 9))
    told = "a short window of 5m, a twelfth: OpenSLO v1 cannot say short"
    assert [reason for _, outcome, reason in remarks(text, policy()) if outcome == "assumed"] == [told]


@pytest.mark.parametrize(
    ("words", "path", "outcome", "said"),
    [
        ({"severity": "sev1"}, "severity", "assumed", "sev1 taken as page, which pages and steers"),
        ({"severity": "whatever"}, "severity", "assumed", "whatever taken as ticket, which is only shown"),
        (
            {"condition": "kind: burnrate, op: lte, threshold: 2, lookbackWindow: 1h"},
            "condition.op",
            "assumed",
            "lte taken as gte",
        ),
        (
            {"condition": "kind: burnrate, threshold: 2, lookbackWindow: 1h, alertAfter: 5m"},
            "condition.alertAfter",
            "left out",
            "the short window",
        ),
        ({"more": "  alertWhenNoData: true\n"}, "spec.alertWhenNoData", "left out", "page nobody"),
        (
            {"more": "  notificationTargets: [{targetRef: oncall}]\n"},
            "spec.notificationTargets[0]",
            "left out",
            "settled in Alertmanager",
        ),
    ],
)
def test_what_a_policy_says_beyond_its_window_is_named(words, path, outcome, said):
    found = remarks(slo(more="  alertPolicies: [fast]\n"), policy(**words))
    assert [one for one in found if one[0].endswith(path) and one[1] == outcome and said in one[2]]


def test_an_slo_without_policies_is_watched_by_the_default_table_and_that_is_said():
    assert only(slo()).windows == WORKBOOK_WINDOWS
    told = "no alert policies: the table of the SRE Workbook watches it"
    assert ("spec.alertPolicies", "assumed", told) in remarks(slo())


def test_nothing_is_dropped_silently():
    text = slo(annotations='example.com/wiki: "https://x"').replace(
        "  name: checkout\n", "  name: checkout\n  displayName: Checkout\n  labels: {team: [a, b]}\n"
    )
    source = (
        "apiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: dd}\nspec: {connectionDetails: {key: s3cret}}\n"
    )
    found = taken(text, source)
    assert dict(found.objectives[0].annotations) == {"example.com/wiki": "https://x"}
    told = {(one.document, one.path) for one in found.remarks if one.outcome == "left out"}
    assert told == {
        ("SLO checkout", "metadata.displayName"),
        ("SLO checkout", "metadata.labels.team[0]"),
        ("SLO checkout", "metadata.labels.team[1]"),
        ("SLO checkout", "spec.indicator.spec.ratioMetric"),
        ("DataSource dd", "metadata.name"),
    }
    assert "s3cret" not in "".join(one.text for one in found.remarks)


def test_a_policy_that_does_not_alert_is_no_window():
    text, silent = slo(more="  alertPolicies: [fast]\n"), policy().replace("Breaching: true", "Breaching: false")
    assert only(text, silent).windows == WORKBOOK_WINDOWS
    assert ("spec.alertWhenBreaching", "left out") in [one[:2] for one in remarks(text, silent)]


@pytest.mark.parametrize(
    ("text", "line", "key", "remedy"),
    [
        (slo(target="target: 1.0"), 19, "spec.objectives[0].target", "100 % would leave no budget to burn"),
        (slo(target="target: 99.5"), 19, "spec.objectives[0].target", "99.5 % is target: 0.995"),
        (slo(target="targetPercent: 0.995"), 19, "spec.objectives[0].targetPercent", "99.5 % is targetPercent: 99.5"),
        (slo(target="target: '0.99'"), 19, "spec.objectives[0].target", "remove the quotes"),
        (slo(target="targt: 0.99"), 19, "spec.objectives[0].targt", "did you mean target?"),
        (slo(method="Timeslice"), 17, "spec.budgetingMethod", "did you mean Timeslices?"),
        (slo(window="{duration: 90s, isRolling: true}"), 16, "spec.timeWindow[0].duration", "seconds cannot be said"),
        (slo(annotations="burnline.dev/rout: x"), 5, "metadata.annotations.burnline.dev/rout", "did you mean route?"),
        (slo().replace("openslo/v1", "openslo/v1alpha"), 1, "apiVersion", "v1 has an `indicator`"),
        (slo().replace("openslo/v1", "openslo/v2alpha"), 1, "apiVersion", "write openslo/v1"),
        (slo().replace("kind: SLO", "kind: SLOs"), 2, "kind", "did you mean SLO?"),
        ("version: prometheus/v1\nservice: x\nslos: []\n", 1, "apiVersion", "`objective: 99.9` there"),
        ("objectives: []\n", 1, "", "burnline slo export"),
        ("just a word\n", 1, "apiVersion", ""),
    ],
)  # fmt: skip
def test_a_mistake_says_its_file_line_and_remedy(text, line, key, remedy):
    found = refusal(text)
    assert (found.origin, found.line, found.key) == ("slo.yaml", line, key)
    assert remedy in found.remedy


def test_a_window_that_could_never_fire_is_refused_where_it_stands():
    text = slo(target="target: 0.9", more="  alertPolicies: [fast]\n")
    found = refusal(text, policy(condition="kind: burnrate, op: gt, threshold: 14.4, lookbackWindow: 1h"))
    assert "could never fire" in found.found
    assert found.line is not None


def test_a_name_twice_is_refused():
    assert refusal(slo(), slo()).found == "SLO 'checkout' again"
    other = slo(name="other", annotations="burnline.dev/name: checkout")
    assert "the objective 'checkout' again" in refusal(slo(), other).found


def test_a_document_whose_annotation_no_longer_fits_its_key_is_refused():
    exact = Objective("a", Sli.AVAILABILITY, 0.99, period_s=90_000.5, windows=(Window(0.02, 3600.0, 300.0),))
    text = openslo_text([exact])
    assert "burnline.dev/period: 90000500ms" in text
    edited = text.replace("duration: 1501m", "duration: 2d")
    assert edited != text
    assert "remove the annotation burnline.dev/period" in refusal(edited).remedy
    raised = openslo_text([Objective("a", Sli.AVAILABILITY, 0.99)]).replace("threshold: 13.44", "threshold: 10")
    assert "remove the annotation burnline.dev/budget-share" in refusal(raised).remedy


def test_documents_may_stand_in_a_list():
    indented = slo().replace("\n", "\n  ").rstrip()
    assert only(f"- {indented}\n").name == "checkout"
