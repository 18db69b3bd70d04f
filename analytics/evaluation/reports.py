"""What a comparison and a gate say: as JSON for programs, as Markdown for a pull request, as JUnit for CI."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

from analytics.evaluation.comparing import Comparison, FigureComparison
from analytics.evaluation.gate import Gate, Ruling, Verdict
from analytics.evaluation.metrics import Side
from analytics.evaluation.run import JudgeBill, Run
from analytics.notation import usd_text

_MARKS = {Verdict.PASS: "pass", Verdict.REFUSE: "**refuse**", Verdict.UNPROVEN: "*unproven*", Verdict.TOLD: "told"}
_SHOWN_APART = frozenset({Verdict.REFUSE, Verdict.UNPROVEN})
_NOT_XML = {code: "\ufffd" for code in range(32) if code not in {9, 10, 13}}


def gate_content(gate: Gate) -> dict[str, Any]:
    """The gate as JSON: flat rows, one for each metric."""
    found = gate.comparison
    return {
        "verdict": str(gate.verdict),
        "exit_status": gate.exit_status,
        "level": gate.settings.level,
        "seed": gate.settings.seed,
        "items": found.items,
        "changed_answers": found.changed_answers,
        "baseline": _run_content(found.baseline),
        "candidate": _run_content(found.candidate),
        "metrics": [_ruling_content(ruling) for ruling in gate.rulings],
        "figures": [asdict(one) for one in found.figures],
        "cost": _cost_content(found),
    }


def gate_markdown(gate: Gate) -> str:
    """The gate for people: the verdict, a table for each side, classes, figures, and what fell most."""
    found = gate.comparison
    parts = [
        f"## Evaluation gate: {gate.verdict}",
        _opening(gate),
    ]
    for side in Side:
        rows = [ruling for ruling in gate.rulings if ruling.metric.side is side]
        parts.extend([f"### {side.capitalize()}", _metric_table(rows)] if rows else [])
    parts.extend(_class_part(gate.rulings))
    if found.figures or found.cost:
        parts.extend(["### Figures", _figure_table(found)])
    parts.extend(_worst_part(gate.rulings))
    parts.extend(_judge_part(found))
    return "\n\n".join(parts) + "\n"


def _opening(gate: Gate) -> str:
    found = gate.comparison
    names = [run.name or run.system for run in (found.candidate, found.baseline)]
    return (
        f"{names[0]} against {names[1]}: {found.items} items, {found.changed_answers} answers changed. "
        f"Level {gate.settings.level:g} over all metrics, seed {gate.settings.seed}."
    )


def gate_junit(gate: Gate) -> str:
    """The gate as JUnit: a test for each metric; refused ones fail, unproven ones are errors, told ones skipped."""
    counts = {verdict: sum(ruling.verdict is verdict for ruling in gate.rulings) for verdict in Verdict}
    suite = ET.Element(
        "testsuite",
        name="burnline eval gate",
        tests=str(len(gate.rulings)),
        failures=str(counts[Verdict.REFUSE]),
        errors=str(counts[Verdict.UNPROVEN]),
        skipped=str(counts[Verdict.TOLD]),
    )
    for ruling in gate.rulings:
        case = ET.SubElement(suite, "testcase", classname=f"eval.{ruling.metric.side}", name=_xml(ruling.metric.name))
        element = {Verdict.REFUSE: "failure", Verdict.UNPROVEN: "error", Verdict.TOLD: "skipped"}.get(ruling.verdict)
        if element is not None:
            ET.SubElement(case, element, message=_xml(ruling.why))
        ET.SubElement(case, "system-out").text = _xml(_in_words(ruling))
    ET.indent(suite)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suite, encoding="unicode")}\n'


def _run_content(run: Run) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "name": run.name,
        "system": run.system,
        "started_at": run.started_at,
        "failed": sum(item.error is not None for item in run.items),
        "judge": None if run.judge is None else _bill_content(run.judge),
    }


def _bill_content(bill: JudgeBill) -> dict[str, Any]:
    cost = None if bill.cost_usd is None else usd_text(bill.cost_usd)
    return asdict(bill) | {"cost_usd": cost, "budget_usd": usd_text(bill.budget_usd)}


def _ruling_content(ruling: Ruling) -> dict[str, Any]:
    told = asdict(ruling.metric)
    told["by_class"] = [{"class": one.pop("question_class"), **one} for one in told["by_class"]]
    return {**told, "noticed": ruling.noticed, "verdict": str(ruling.verdict), "why": ruling.why}


def _cost_content(found: Comparison) -> dict[str, Any] | None:
    cost = found.cost
    if cost is None:
        return None
    return {
        "pairs": cost.pairs,
        "baseline_usd": usd_text(cost.baseline_usd),
        "candidate_usd": usd_text(cost.candidate_usd),
    }


def _metric_table(rulings: Sequence[Ruling]) -> str:
    head = ("metric", "pairs", "baseline", "candidate", "difference", "interval", "p", "loss below", "detectable", "")
    return _table(head, [(*_metric_cells(one), f"{_MARKS[one.verdict]}: {one.why}") for one in rulings])


def _metric_cells(ruling: Ruling) -> tuple[str, ...]:
    one = ruling.metric
    p_value = one.p_value if one.adjusted_p_value is None else one.adjusted_p_value
    interval = "" if one.lower is None or one.upper is None else f"{one.lower:+.3f} .. {one.upper:+.3f}"
    plain = [_number(value) for value in (one.baseline, one.candidate)]
    difference = "" if one.difference is None else f"{one.difference:+.3f}"
    rest = (_number(p_value, 4), _number(one.loss_at_most), _number(one.detectable))
    return (one.name, str(one.pairs), *plain, difference, interval, *rest)


def _class_part(rulings: Sequence[Ruling]) -> list[str]:
    rows = [
        (ruling.metric.name, str(one.question_class), str(one.pairs), _number(one.baseline), _number(one.candidate))
        for ruling in rulings
        if ruling.verdict in _SHOWN_APART and len(ruling.metric.by_class) > 1
        for one in ruling.metric.by_class
    ]
    return ["### By class", _table(("metric", "class", "pairs", "baseline", "candidate"), rows)] if rows else []


def _figure_table(found: Comparison) -> str:
    rows = [_figure_cells(one) for one in found.figures]
    if found.cost is not None:
        cost = found.cost
        said = (
            usd_text(cost.baseline_usd),
            usd_text(cost.candidate_usd),
            _signed(cost.candidate_usd - cost.baseline_usd),
        )
        rows.append(("cost, USD, all", str(cost.pairs), *said))
    return _table(("figure", "pairs", "baseline", "candidate", "difference"), rows)


def _signed(amount: Decimal) -> str:
    return f"{'+' if amount >= 0 else ''}{usd_text(amount)}"


def _figure_cells(one: FigureComparison) -> tuple[str, ...]:
    said = f"{one.candidate - one.baseline:+.1f} ({one.lower:+.1f} .. {one.upper:+.1f})"
    return (f"{one.name}, mean", str(one.pairs), f"{one.baseline:.1f}", f"{one.candidate:.1f}", said)


def _worst_part(rulings: Sequence[Ruling]) -> list[str]:
    rows = [
        f"- {_cell(one.metric.name)}: {', '.join(f'`{_cell(item)}`' for item in one.metric.worst_items)}"
        for one in rulings
        if one.verdict in _SHOWN_APART and one.metric.worst_items
    ]
    return ["### What fell most", "\n".join(rows)] if rows else []


def _judge_part(found: Comparison) -> list[str]:
    bills = [(name, run.judge) for name, run in (("baseline", found.baseline), ("candidate", found.candidate))]
    rows = [_bill_line(name, bill) for name, bill in bills if bill is not None]
    return ["### Judges", "\n".join(rows)] if rows else []


def _bill_line(name: str, bill: JudgeBill) -> str:
    cost = (
        "of no known price"
        if bill.cost_usd is None
        else f"{usd_text(bill.cost_usd)} USD of {usd_text(bill.budget_usd)}"
    )
    stopped = f"; stopped: {bill.stopped}" if bill.stopped else ""
    return f"- {name}: {bill.calls} calls of {_cell(bill.model)}, {cost}{stopped}"


def _in_words(ruling: Ruling) -> str:
    one = ruling.metric
    if one.difference is None:
        return ruling.why
    return (
        f"{one.baseline:.4f} to {one.candidate:.4f} over {one.pairs} pairs, difference {one.difference:+.4f} "
        f"({one.lower:+.4f} .. {one.upper:+.4f}); {one.worse} worse, {one.better} better; {ruling.why}"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    said = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in said)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _number(value: float | None, places: int = 3) -> str:
    return "" if value is None else f"{value:.{places}f}"


def _xml(text: str) -> str:
    return text.translate(_NOT_XML)
