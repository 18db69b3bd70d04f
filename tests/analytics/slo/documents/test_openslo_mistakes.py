"""What is wrong in OpenSLO v1 of others, with file, line and remedy."""

import pytest

from analytics.slo.documents.openslo.exporting import openslo_text
from analytics.slo.kinds import Sli
from analytics.slo.objective import Objective
from analytics.slo.windows import Window
from tests.analytics.slo.documents.foreign import policy, refusal, slo


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
