"""OpenSLO v1 as others write it, part by part, and what an import makes of it."""

import pytest

from analytics.slo.documents.openslo.importing import imported
from analytics.slo.documents.strict_yaml import documents
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
