"""A system under test is a file, a function or an address; what fails is an answer that counts."""

import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from analytics.evaluation.golden import GoldenItem, read_golden
from analytics.evaluation.inputs import WrongInput
from analytics.evaluation.systems import asked, system_named
from tests.analytics.evaluation.worlds import answer_line, golden_line, write_lines

ITEMS = [GoldenItem("q1", "One?"), GoldenItem("q2", "Two?")]
MODULE = """
def answer(question):
    if question == "Two?":
        raise TimeoutError("too slow")
    return {"answer": question.lower(), "documents": ["a", {"id": "b", "age_s": 3}]}

async def later(question):
    return question

def nothing(question):
    return None
"""


def answers(name, items=ITEMS, **said):
    ticks = itertools.count(0, 1_000_000)
    found = asked(system_named(name, timeout_s=5.0), items, at_once=1, ticks=lambda: next(ticks), **said)
    return [of_item[0] for of_item in found]


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "shop_under_test.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return "shop_under_test"


@contextmanager
def served(answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            question = json.loads(self.rfile.read(int(self.headers["content-length"])))["question"]
            status, body = answer(question)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/ask"
    finally:
        server.shutdown()
        server.server_close()


def test_a_function_is_called_with_the_question_and_timed(module):
    good, failed = answers(f"{module}:answer")
    assert (good.text, [one.document_id for one in good.documents], good.latency_ms) == ("one?", ["a", "b"], 1.0)
    assert (failed.text, failed.error) == (None, "TimeoutError: too slow")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("{}:missing", "has no attribute 'missing'"),
        ("{}:later", "expected a function that takes a question"),
        ("{}:nothing", "it returned NoneType"),
        ("no_such_module_here:f", "No module named"),
        ("not a system", "no such file"),
    ],
)
def test_what_cannot_be_called_is_said(module, name, says):
    with pytest.raises(WrongInput, match=says):
        answers(name.format(module))


def test_an_address_is_posted_to_and_its_failures_are_answers():
    def answer(question):
        return (200, json.dumps({"answer": f"re: {question}"})) if question == "One?" else (503, "busy")

    with served(answer) as url:
        good, failed = answers(url)
    assert good.text == "re: One?"
    assert failed.error == "HTTP 503: busy"


def test_a_file_without_an_answer_is_refused(tmp_path):
    path = write_lines(tmp_path / "answers.jsonl", [answer_line(1)])
    with pytest.raises(WrongInput, match=r"answers.jsonl: no answer for 'q2'"):
        answers(str(path))


def test_every_question_is_asked_as_often_as_said(module):
    ticks = itertools.count()
    system = system_named(f"{module}:answer", timeout_s=1.0)
    found = asked(system, ITEMS[:1], at_once=2, ticks=lambda: next(ticks), repeats=3)
    assert [len(of_item) for of_item in found] == [3]


def test_a_file_is_not_asked_twice(tmp_path):
    path = write_lines(tmp_path / "answers.jsonl", [answer_line(1), answer_line(2)])
    with pytest.raises(WrongInput, match="a file answers the same each time"):
        answers(str(path), repeats=2)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"id": "q1"}, "golden.jsonl:2: question is nothing; expected a text"),
        ({**golden_line(1), "expectd_documents": []}, "did you mean expected_documents"),
        ({**golden_line(1), "class": "weird"}, 'class is "weird"; expected one of common, hard, ambiguous'),
        ({**golden_line(1), "relevance": {"a": 1}}, "expected one of them"),
        ({**golden_line(1), "expected_documents": "faq"}, "expected a list of texts"),
        (golden_line(0), "id 'q0' is there twice"),
        ([], "expected an object"),
    ],
)
def test_a_mistake_in_a_golden_set_names_its_line(tmp_path, line, says):
    path = write_lines(tmp_path / "golden.jsonl", [golden_line(0), line])
    with pytest.raises(WrongInput, match=says):
        read_golden(path)


def test_a_golden_set_is_the_same_in_any_order_and_wherever_it_is_from(tmp_path):
    one = read_golden(write_lines(tmp_path / "a.jsonl", [golden_line(1), golden_line(2)]))
    other = read_golden(
        write_lines(tmp_path / "b.jsonl", [golden_line(2, provenance={"trace_id": "x"}), golden_line(1)])
    )
    changed = read_golden(write_lines(tmp_path / "c.jsonl", [golden_line(1), golden_line(2, reference="Else.")]))
    assert one.sha256 == other.sha256 != changed.sha256
