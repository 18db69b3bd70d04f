"""What an SLO measures, in our words.

Burnline counts requests in its own store; it does not run the query of an indicator. What is counted has to be said:
``burnline.dev/sli`` in the annotations of the SLO or of its SLI, or with ``--set`` for a whole import. The value of a
threshold metric becomes the limit of that SLI.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from yaml.nodes import Node

from analytics.slo.documents.openslo import extensions
from analytics.slo.documents.openslo.library import Document, Library
from analytics.slo.documents.openslo.policies import annotations
from analytics.slo.documents.openslo.remarks import Outcome, Remarks
from analytics.slo.documents.openslo.shapes import entries, number
from analytics.slo.documents.writing import Exact, Plain, decimal_text

_MS: Mapping[str, Decimal] = {"ms": Decimal(1), "s": Decimal(1000)}
LIMITS: Mapping[str, str] = {
    "latency": "threshold_ms",
    "first_chunk": "threshold_ms",
    "cost": "ceiling_usd",
    "tokens": "ceiling_tokens",
}
"""SLI to the key that takes the value of a threshold metric; for a measure it depends on the operator."""
_UNSAID = (
    "nothing says what Burnline is to count; add the annotation burnline.dev/sli (availability, latency, first_chunk, "
    "cost, tokens, refusals or measure) to the SLO or its SLI, or --set sli=availability for all of them"
)


@dataclass(frozen=True, slots=True)
class Indicator:
    """The indicator of an SLO, in place or referenced."""

    document: Document
    path: str
    metadata: Node
    spec: Node

    @property
    def threshold(self) -> bool:
        """Whether a value is compared, not good events counted."""
        return "thresholdMetric" in entries(self.spec)


def indicator(slo: Document, library: Library, remarks: Remarks) -> Indicator | None:
    """The indicator; None with a refusal where it is nowhere to be found."""
    given = entries(slo.spec)
    if "indicator" in given:
        inline = entries(given["indicator"])
        remarks.use(entries(inline["metadata"])["name"])
        return Indicator(slo, "spec.indicator.spec", inline["metadata"], inline["spec"])
    if "indicatorRef" not in given:
        reason = "a composite: Burnline keeps one budget per indicator; write one SLO for each"
        remarks.refuse(slo, given["objectives"], "spec.objectives", reason)
        return None
    reference = given["indicatorRef"]
    named = library.find("SLI", str(reference.value))
    if named is None:
        remarks.refuse(
            slo, reference, "spec.indicatorRef", f"no SLI {reference.value!r} in these files: import its file too"
        )
        return None
    remarks.use(reference)
    return Indicator(named, "spec", named.metadata, named.spec)


@dataclass(frozen=True, slots=True)
class Limited:
    """What the operator and value of an objective say; or why that cannot be expressed."""

    values: Mapping[str, Plain]
    refused: str = ""
    assumed: str = ""


def limit(sli: str, objective: Mapping[str, Node], unit: str | None) -> Limited:
    """The limit that a threshold metric's ``op`` and ``value`` set."""
    operator = str(objective["op"].value) if "op" in objective else None
    value = number(objective["value"]) if "value" in objective else None
    if operator is None or value is None:
        return Limited({}, "a threshold metric without op and value")
    said = "" if operator.endswith("e") else f"{operator} taken as {operator}e: a limit of Burnline's is itself good"
    above = operator.startswith("gt")
    if sli == "measure":
        return Limited({"at_least" if above else "at_most": Exact(decimal_text(value))}, assumed=said)
    if sli not in LIMITS or above:
        told = f"{operator}: {sli} is good up to a limit, not above one" if sli in LIMITS else f"{sli} has no threshold"
        return Limited({}, told)
    if LIMITS[sli] != "threshold_ms":
        return Limited({LIMITS[sli]: Exact(decimal_text(value))}, assumed=said)
    if unit is None or unit not in _MS:
        return Limited({}, f"nothing says in which unit {decimal_text(value)} is: annotate {extensions.UNIT}: s or ms")
    return Limited({"threshold_ms": Exact(decimal_text(value * _MS[unit]))}, assumed=said)


@dataclass(frozen=True, slots=True)
class Stated:
    """What annotations say: keys of objectives, and the unit of a threshold."""

    values: Mapping[str, Node]
    unit: str | None


def stated(slo: Document, found: Indicator, assume: Mapping[str, Node], remarks: Remarks) -> Stated | None:
    """Read the annotations of the SLI and, over them, of the SLO; None with a refusal."""
    given = {name: (found.document, node) for name, node in annotations(found.metadata).items()}
    given |= {name: (slo, node) for name, node in annotations(slo.metadata).items()}
    own = {name: node for name, (_, node) in given.items() if name.startswith(extensions.PREFIX)}
    for node in own.values():
        remarks.use(node)
    values = {**assume, **dict(extensions.read(own))}
    if "sli" not in values:
        remarks.refuse(slo, entries(slo.metadata)["name"], f"metadata.annotations.{extensions.PREFIX}sli", _UNSAID)
        return None
    unit = own.get(extensions.UNIT)
    return Stated(values, None if unit is None else str(unit.value))


def leave_query(slo: Document, found: Indicator, remarks: Remarks) -> None:
    """Say that the query is not run."""
    for key in ("ratioMetric", "thresholdMetric"):
        node = entries(found.spec).get(key)
        if node is not None:
            reason = f"Burnline counts the requests of {slo.name} in its own store; this query is not run"
            remarks.remark(found.document, node, f"{found.path}.{key}", Outcome.LEFT, reason)
