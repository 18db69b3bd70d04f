"""An explanation as a person reads it, and as a machine does."""

from collections.abc import Iterator, Mapping, Sequence

from analytics.notation import usd_text
from analytics.prices.explain import Candidate, ExplainedLine, Explanation, Verdict
from analytics.prices.keys import UnpricedReason
from analytics.prices.price import Price

_DEEP = " " * 6
_REMEDIES: Mapping[UnpricedReason, str] = {
    UnpricedReason.NO_MODEL: "the span names no model: have it report gen_ai.request.model",
    UnpricedReason.UNKNOWN_MODEL: "no list has it: state its price under `prices:` of burnline.yaml, or what it stands "
    "for under `price_aliases:`; `burnline prices list PART` finds names",
    UnpricedReason.AMBIGUOUS_PROVIDER: "several sell it: say with --provider who does, as telemetry has to",
    UnpricedReason.SELF_HOSTED: "it runs on own machines: state them under `infrastructure:` of burnline.yaml, or a "
    "price under `prices:`",
}
"""What to do about a model that has no price at all."""


def text(explanation: Explanation) -> str:
    """Return the explanation for a person to read."""
    return "\n".join(_sentences(explanation))


def document(explanation: Explanation) -> dict[str, object]:
    """Return the explanation as plain data; amounts are text, so that no digit is lost."""
    prices = explanation.resolution.prices
    cost = explanation.cost_usd
    return {
        "at": explanation.at.isoformat(),
        "key": explanation.key._asdict(),
        "reason": None if explanation.resolution.reason is None else str(explanation.resolution.reason),
        "seller": None if prices is None else prices.seller,
        "model": None if prices is None else explanation.sources.model,
        "alias": None if explanation.sources.alias is None else explanation.sources.alias.line,
        "tier": None if prices is None else prices.service_tier,
        "prompt_tokens": str(explanation.prompt_tokens),
        "lines": [_line_document(line) for line in explanation.lines],
        "cost_usd": None if cost is None else f"{cost:f}",
    }


def _sentences(explanation: Explanation) -> Iterator[str]:
    key, prices, sources = explanation.key, explanation.resolution.prices, explanation.sources
    asked = f"{key.provider or '(no provider)'} / {key.model or '(no model)'}"
    if prices is None:
        yield f"{asked}: unpriced, {explanation.resolution.reason}"
        yield from (remedy for reason, remedy in _REMEDIES.items() if reason == explanation.resolution.reason)
        return
    priced_as = f"{sources.seller}/{sources.model}, tier {prices.service_tier}"
    yield f"{asked}: priced as {priced_as}, at {explanation.at.isoformat()}"
    if sources.alias is not None:
        yield f"at that time {sources.alias.alias} meant {sources.alias.target} ({sources.alias.source})"
    yield f"{explanation.prompt_tokens} prompt tokens decide the context band"
    for found in explanation.lines:
        yield f"  {_line(found)}"
        yield from (f"{_DEEP}{told}" for told in _reasons(found))
    cost = "none" if explanation.cost_usd is None else f"{usd_text(explanation.cost_usd)} USD"
    yield f"cost: {cost}" + ("" if explanation.is_complete else ", without the unpriced lines")


def _line(found: ExplainedLine) -> str:
    line, price = found.line, found.price
    if price is None or line.cost_usd is None:
        return f"{line.usage_class}: {line.quantity}, unpriced: {line.reason}"
    borrowed = f", borrowed from {line.borrowed_from}" if line.borrowed_from else ""
    retired = f", not listed since {price.last_seen_on}" if price.last_seen_on else ""
    return (
        f"{line.usage_class}: {line.quantity} x {price.unit_price_usd:f} = {usd_text(line.cost_usd)} USD "
        f"({price.price_id}; {price.source}, {price.confidence}, recorded {price.recorded_on}{retired}{borrowed})"
    )


def _reasons(found: ExplainedLine) -> Iterator[str]:
    row = found.row
    if found.verdicts:
        yield f"because {_verdicts(found.verdicts)}"
    if row is not None and row.list_price is not row.price:
        yield f"the list says {_list_words(row.list_price)}"
    for candidate in found.under:
        yield f"goes before {candidate.figure} ({candidate.price_id})"
    for candidate in found.near:
        failed = [verdict for verdict in candidate.verdicts if not verdict.holds]
        yield f"did not fit {candidate.figure} ({candidate.price_id}): {_verdicts(failed)}"


def _verdicts(verdicts: Sequence[Verdict]) -> str:
    return ", ".join(
        f"{one.condition} {one.found} {'is' if one.holds else 'is not'} within {one.asked}"
        if one.condition != "tier"
        else f"tier {one.found} {'is' if one.holds else 'is not'} {one.asked}"
        for one in verdicts
    )


def _list_words(listed: Price | None) -> str:
    return "nothing" if listed is None else f"{listed.unit_price_usd:f} ({listed.price_id}; {listed.confidence})"


def _line_document(found: ExplainedLine) -> dict[str, object]:
    line, row = found.line, found.row
    listed = None if row is None else row.list_price
    return {
        "usage_class": str(line.usage_class),
        "quantity": str(line.quantity),
        "unit_price_usd": None if line.unit_price_usd is None else f"{line.unit_price_usd:f}",
        "cost_usd": None if line.cost_usd is None else f"{line.cost_usd:f}",
        "price_id": line.price_id,
        "confidence": None if row is None else str(row.price.confidence),
        "list_unit_price_usd": None if listed is None else f"{listed.unit_price_usd:f}",
        "list_price_id": None if listed is None else listed.price_id,
        "borrowed_from": None if line.borrowed_from is None else str(line.borrowed_from),
        "reason": None if line.reason is None else str(line.reason),
        "because": [_verdict_document(one) for one in found.verdicts],
        "under": [_candidate_document(one) for one in found.under],
        "near": [_candidate_document(one) for one in found.near],
    }


def _candidate_document(candidate: Candidate) -> dict[str, object]:
    verdicts = [_verdict_document(one) for one in candidate.verdicts]
    return {"price_id": candidate.price_id, "figure": candidate.figure, "conditions": verdicts}


def _verdict_document(verdict: Verdict) -> dict[str, object]:
    return {
        "condition": verdict.condition,
        "asked": verdict.asked,
        "found": verdict.found,
        "holds": verdict.holds,
    }
