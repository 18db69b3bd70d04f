"""Laws: what is written is read back exactly, in our own YAML, in canonical JSON and as OpenSLO v1."""

import re
from itertools import starmap

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.slo.documents.canonical import body, built, objective_of, plain, sha256_of, yaml_text
from analytics.slo.documents.openslo.exporting import openslo_text
from analytics.slo.documents.openslo.importing import imported
from analytics.slo.documents.openslo.library import library
from analytics.slo.documents.openslo.shapes import entries
from analytics.slo.documents.strict_yaml import documents
from analytics.slo.documents.writing import flow_of, node_of, text_tree
from tests.analytics.slo.documents.drawn import ANY, TEXTS

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
PLAIN = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS),
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(TEXTS, below, max_size=3)),
    max_leaves=6,
)


ANNOTATION = re.compile(
    r"([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*/)?[a-z0-9]([-._a-z0-9]{0,61}[a-z0-9])?"
)


def names_in(tree):
    """Every name a document has or refers to."""
    if isinstance(tree, dict):
        own = [tree["name"]] if isinstance(tree.get("name"), str) else []
        return own + [name for below in tree.values() for name in names_in(below)]
    return [name for below in tree for name in names_in(below)] if isinstance(tree, list) else []


@settings(max_examples=40, deadline=None)
@given(ANY)
def test_an_objective_read_from_its_own_yaml_is_the_same(objective):
    (document,) = documents(yaml_text([objective]), "objectives.yaml")
    assert built(entries(document)["objectives"].value) == (objective,)


@settings(max_examples=40, deadline=None)
@given(ANY)
def test_an_objective_read_from_its_canonical_json_is_the_same(objective):
    assert objective_of(body(objective)) == objective
    assert sha256_of(body(objective_of(body(objective)))) == sha256_of(body(objective))


@settings(max_examples=60, deadline=None)
@given(ANY)
def test_an_objective_read_from_its_openslo_is_the_same_and_nothing_is_remarked(objective):
    found = imported(documents(openslo_text([objective]), "slo.yaml"))
    assert found.objectives == (objective,)
    assert [remark.text for remark in found.remarks] == []


@settings(max_examples=25, deadline=None)
@given(ANY)
def test_what_is_exported_holds_the_specification_and_has_dns_labels_for_names(objective):
    found = library(documents(openslo_text([objective]), "slo.yaml"))
    names = [name for document in found.documents for name in names_in(text_tree(document.node))]
    assert [name for name in names if not LABEL.fullmatch(name)] == []
    annotations = [entries(entries(document.metadata).get("annotations")) for document in found.documents]
    assert [key for given in annotations for key in given if not ANNOTATION.fullmatch(key)] == []
    assert {node.tag for given in annotations for node in given.values()} <= {"tag:yaml.org,2002:str"}


@settings(max_examples=10, deadline=None)
@given(st.lists(ANY, max_size=4, unique_by=lambda objective: objective.name))
def test_many_objectives_in_one_file_come_back_in_their_order(objectives):
    assert imported(documents(openslo_text(objectives), "slo.yaml")).objectives == tuple(objectives)


@settings(max_examples=60, deadline=None)
@given(PLAIN)
def test_a_plain_value_written_on_one_line_is_read_back(value):
    (node,) = documents(flow_of(value), "line")
    assert text_tree(node) == text_tree(node_of(value))
    assert "\n" not in flow_of(value)


def test_equal_objectives_have_one_body_whatever_their_numbers_look_like():
    texts = ("ceiling_usd: 0.020\n    period: 28d", "ceiling_usd: 2e-2\n    period: 4w")
    made = starmap(read, ((text,) for text in texts))
    assert len({body(objective) for objective in made}) == 1


def read(text):
    (document,) = documents(f"objectives:\n  - name: a\n    sli: cost\n    target: 0.95\n    {text}\n", "a.yaml")
    return built(entries(document)["objectives"].value)[0]


def test_what_decides_is_spelled_out_although_it_is_the_default():
    told = plain(read("ceiling_usd: 1"))
    assert (told["period"], told["budgeting"], told["when_impossible"]) == ("28d", "occurrences", "refuse")
    assert len(told["windows"]) == 3
    assert "tenant" not in told
