"""Rules of Prometheus as records, and the file they are written to: the same records, the same bytes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from analytics.slo.rules.promql import duration

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Recording:
    """A series that is worked out at every evaluation."""

    record: str
    expr: str
    labels: Labels = field(default_factory=dict)

    def entry(self) -> Mapping[str, object]:
        """As it stands in the file."""
        return _given({"record": self.record, "expr": self.expr, "labels": _texts(self.labels)})


@dataclass(frozen=True, slots=True)
class Alerting:
    """An alert; ``expr`` has a series for everything that is wrong."""

    alert: str
    expr: str
    labels: Labels
    annotations: Labels
    for_s: float = 0.0
    """How long it has to be wrong before it fires."""
    keep_firing_for_s: float = 0.0
    """How long it goes on firing once nothing is wrong any more."""

    def entry(self) -> Mapping[str, object]:
        """As it stands in the file."""
        return _given(
            {
                "alert": self.alert,
                "expr": self.expr,
                "for": duration(self.for_s) if self.for_s else "",
                "keep_firing_for": duration(self.keep_firing_for_s) if self.keep_firing_for_s else "",
                "labels": _texts(self.labels),
                "annotations": _texts(self.annotations),
            }
        )


Rule = Recording | Alerting


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that are evaluated together, one after the other, so that a later one reads what an earlier one wrote."""

    name: str
    interval_s: float
    rules: Sequence[Rule]
    remarks: Sequence[str] = ()
    """What a reader has to know, such as a row that is left out; stands above the group as a comment."""


def rule_file(groups: Iterable[Group], remarks: Iterable[str] = ()) -> str:
    """Write groups as a rule file, under comments that tell what it is."""
    return "".join([*_comments(remarks, ""), "groups:\n", *(part for group in groups for part in _group(group))])


def _group(group: Group) -> Iterator[str]:
    yield from _comments(group.remarks, "  ")
    rules = [rule.entry() for rule in group.rules]
    entry = {"name": group.name, "interval": duration(group.interval_s), "rules": rules}
    text = yaml.dump([entry], Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
    yield from (f"  {line}" if line.strip() else line for line in text.splitlines(keepends=True))


def _comments(remarks: Iterable[str], indent: str) -> Iterator[str]:
    return (f"{indent}# {line}".rstrip() + "\n" for remark in remarks for line in remark.splitlines())


def _texts(labels: Labels) -> Mapping[str, str]:
    """Words of closed sets are texts to Prometheus."""
    return {name: str(value) for name, value in labels.items()}


def _given(entry: Mapping[str, object]) -> Mapping[str, object]:
    return {key: value for key, value in entry.items() if value}


class _Dumper(yaml.SafeDumper):
    """Lists are indented under their key, and expressions of several lines stay as they are."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - its signature
        """Indent lists too."""
        super().increase_indent(flow, False)


def _written(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    lines = value.split("\n")
    as_it_is = len(lines) > 1 and all(line.isprintable() and line[:1].strip() for line in lines)
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if as_it_is else None)


_Dumper.add_representer(str, _written)
