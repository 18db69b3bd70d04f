"""A judge through the real LiteLLM: its verdicts are scores, and its cost is that of our price book."""

import json
import threading
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from burnline import main
from tests.analytics.evaluation.worlds import answer_line, golden_line, write_lines

ITEMS = 4
USAGE = {"prompt_tokens": 1_000, "completion_tokens": 50, "total_tokens": 1_050}
CALL_USD = Decimal("0.00018")  # gpt-4o-mini: 1,000 x 0.15 and 50 x 0.60 per million


class Provider(BaseHTTPRequestHandler):
    """Grades every answer 0.8, as OpenAI would say it."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        message = {"role": "assistant", "content": '{"reason": "fine", "score": 0.8}'}
        body = {
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": asked["model"], "usage": USAGE,
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        }  # fmt: skip
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_):
        """Be silent."""


@pytest.fixture
def provider():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    server.shutdown()
    server.server_close()


def judged(folder, provider, budget):
    write_lines(folder / "golden.jsonl", [golden_line(n) for n in range(ITEMS)])
    write_lines(folder / "answers.jsonl", [answer_line(n) for n in range(ITEMS)])
    plan = {
        "metrics": [{"metric": "judge", "name": "faithful", "rubric": "1: it is in the documents"}],
        "judge": {"model": "openai/gpt-4o-mini", "budget_usd": budget, "api_base": provider, "at_once": 2},
    }
    (folder / "eval.yaml").write_text(json.dumps(plan), encoding="utf-8")
    words = ["--golden", "golden.jsonl", "--system", "answers.jsonl", "--config", "eval.yaml", "--to", "run.jsonl"]
    words = [str(folder / word) if "." in word else word for word in words]
    assert main(["eval", "run", *words]) == 0
    return [json.loads(line) for line in (folder / "run.jsonl").read_text(encoding="utf-8").splitlines()]


def test_verdicts_are_scores_and_cost_what_the_price_book_says(tmp_path, provider, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "none is needed")
    head, *items = judged(tmp_path, provider, "1")
    assert [item["scores"]["faithful"] for item in items] == [0.8] * ITEMS
    assert head["judge"]["calls"] == ITEMS
    assert Decimal(head["judge"]["cost_usd"]) == ITEMS * CALL_USD
    head, *items = judged(tmp_path, provider, "0.0004")
    assert head["judge"]["stopped"] == "budget"
    assert Decimal(head["judge"]["cost_usd"]) <= Decimal("0.0004")
    assert items[-1]["unscored"] == {"faithful": "budget"}
