"""Alert policies of others as rows of a window table."""

import pytest

from analytics.slo.windows import WORKBOOK_WINDOWS, Severity, Window
from tests.analytics.slo.documents.foreign import RATIO, only, policy, referring, remarks, slo


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


def test_a_policy_that_does_not_alert_is_no_window():
    text, silent = slo(more="  alertPolicies: [fast]\n"), policy().replace("Breaching: true", "Breaching: false")
    assert only(text, silent).windows == WORKBOOK_WINDOWS
    assert ("spec.alertWhenBreaching", "left out") in [one[:2] for one in remarks(text, silent)]
