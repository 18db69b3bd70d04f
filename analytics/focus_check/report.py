"""What a check found: findings with rule, place, what stood there and what would do; counts are always complete."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from analytics.focus_check.rules import Severity, rules

_LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule is broken."""

    rule: str
    file: str
    row: int | None
    """Row of data, from 1; null where the finding is about the whole file."""
    column: str | None
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one check."""

    findings: tuple[Finding, ...]
    """At most as many per rule as were asked for."""
    counts: Mapping[str, int]
    """How often each broken rule is broken, whether shown or not."""
    rows: Mapping[str, int]
    """Rows read of each file."""
    checked: tuple[str, ...]
    """The rules that were checked."""

    @property
    def passed(self) -> bool:
        """Whether no rule is broken that is an error."""
        return not any(rules()[rule].severity is Severity.ERROR for rule in self.counts)


@dataclass(slots=True)
class Findings:
    """Collects findings: keeps the first of each rule, counts them all."""

    cap: int
    kept: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, finding: Finding) -> None:
        """Count a finding, and keep it while there is room for its rule."""
        if self.counts[finding.rule] < self.cap:
            self.kept.append(_shortened(finding))
        self.counts[finding.rule] += 1

    def add_all(self, findings: Iterable[Finding], rule: str, total: int) -> None:
        """Keep what there is room for, and count ``total``: how many there are, of which ``findings`` are the first."""
        room = max(0, self.cap - self.counts[rule])
        self.kept.extend(_shortened(each) for each, _ in zip(findings, range(room), strict=False))
        if total:
            self.counts[rule] += total

    def room(self, rule: str) -> int:
        """How many more findings of a rule are kept."""
        return max(0, self.cap - self.counts[rule])


def text(report: Report) -> str:
    """The report for people: one line a finding, the worst first, then one line of summary."""
    order = list(Severity)
    ranked = sorted(report.findings, key=lambda each: (order.index(rules()[each.rule].severity), each.rule))
    lines = [_line(each) for each in ranked]
    lines += [f"{rule}: {count - shown} more" for rule, count, shown in _hidden(report)]
    return "\n".join([*lines, _summary(report)]) + "\n"


def _line(finding: Finding) -> str:
    row = f" row {finding.row}" if finding.row is not None else ""
    column = f" {finding.column}" if finding.column else ""
    severity = rules()[finding.rule].severity
    place = f"{finding.file}{row}{column}"
    return f"{severity} {finding.rule}: {place}: found {finding.found}, expected {finding.expected}"


def _hidden(report: Report) -> Iterable[tuple[str, int, int]]:
    shown = Counter(each.rule for each in report.findings)
    return ((rule, count, shown[rule]) for rule, count in report.counts.items() if count > shown[rule])


def _summary(report: Report) -> str:
    rows = ", ".join(f"{count:,} rows of {name}" for name, count in report.rows.items()) or "nothing"
    broken = Counter(rules()[rule].severity for rule in report.counts)
    words = ", ".join(f"{broken[each]} as {each}" for each in Severity if broken[each]) or "none is broken"
    return f"{'passed' if report.passed else 'FAILED'}: {len(report.checked)} rules checked on {rows}; broken: {words}"


def _shortened(finding: Finding) -> Finding:
    if len(finding.found) <= _LONGEST_SHOWN:
        return finding
    found = finding.found[:_LONGEST_SHOWN] + "..."
    return Finding(finding.rule, finding.file, finding.row, finding.column, found, finding.expected)
