"""OpenSLO v1 of others: what is taken, what is assumed, and what is left with its reason."""

from decimal import Decimal

import pytest

from analytics.periods import Period
from analytics.slo.kinds import Budgeting, Sli
from analytics.slo.objective import Objective
from analytics.slo.windows import WORKBOOK_WINDOWS
from tests.analytics.slo.documents.foreign import LATENCY, only, policy, referring, remarks, slo, taken


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


def test_documents_may_stand_in_a_list():
    indented = slo().replace("\n", "\n  ").rstrip()
    assert only(f"- {indented}\n").name == "checkout"
