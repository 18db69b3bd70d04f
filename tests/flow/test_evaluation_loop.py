"""Traffic becomes a golden set, a run over it becomes evaluation results, and those move the quality objective."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from opentelemetry.trace import SpanKind

from tests.flow.conftest import Burnline
from tests.flow.sdk import WHO, tracing

COMMAND = str(Path(sys.executable).with_name("burnline"))
ITEMS = 12
QUALITY = {
    "name": "clean", "sli": "measure", "measure": "forbidden", "at_least": 1, "target": 0.9, "route": "answer",
    "period": "14d",
}  # fmt: skip


def ask(server: Burnline) -> None:
    """So many questions of users, with what was said captured."""
    with tracing(server) as tracer:
        for number in range(ITEMS):
            said = {"input.value": f"How long does refund {number} take?", "output.value": "14 days."}
            tracer.start_span("POST /answer", kind=SpanKind.SERVER, attributes=WHO | said).end()


def evaluated(folder: Path, *words: object, status: int = 0) -> str:
    ran = subprocess.run(  # noqa: S603 - our own command
        [COMMAND, "eval", *(str(word) for word in words)],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == status, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def quality(server: Burnline) -> dict[str, Any]:
    return next(row for row in server.get("/v1/slos")["slos"] if row["name"] == "clean")


def golden(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "golden.jsonl").read_text().splitlines()]


def answers(folder: Path) -> None:
    """Every third answer promises what it must not; each is told of the trace it was sampled from."""
    lines = [
        {
            "id": item["id"],
            "answer": "It is a guarantee." if n % 3 == 0 else "It takes 14 days.",
            "trace_id": item["id"],
        }
        for n, item in enumerate(golden(folder))
    ]
    (folder / "answers.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    (folder / "eval.yaml").write_text("metrics: [{metric: forbidden, words: [guarantee]}]\n")


def test_what_users_asked_is_evaluated_and_moves_the_quality_objective_once(serve, tmp_path):
    server = serve(config={"objectives": [QUALITY]})
    ask(server)
    server.until(lambda: len(server.get("/v1/requests", limit=50)["requests"]) == ITEMS, within_s=15)
    told = evaluated(tmp_path, "sample", "--url", server.api, "--to", "golden.jsonl", "--common", 50)
    assert f"{ITEMS} common of {ITEMS} requests" in told
    assert golden(tmp_path)[0]["question"].startswith("How long does refund ")
    answers(tmp_path)
    run = ("run", "--golden", "golden.jsonl", "--system", "answers.jsonl", "--config", "eval.yaml")
    evaluated(tmp_path, *run, "--to", "run.jsonl", "--otlp", server.otlp)
    server.until(lambda: (counted := quality(server)) and counted["total"] == ITEMS and counted, within_s=15)
    assert quality(server)["good"] == ITEMS - 4
    evaluated(tmp_path, "emit", "run.jsonl", "--otlp", server.otlp)  # told again, it is stored once
    assert server.metric("burnline_records_total", signal="logs", outcome="duplicate") == ITEMS
    assert quality(server)["total"] == ITEMS
    evaluated(tmp_path, "gate", "run.jsonl", "run.jsonl", "--otlp", server.otlp, status=3)
    (gate,) = server.get("/v1/evaluations/gates")["gates"]
    assert (gate["verdict"], [one["name"] for one in gate["metrics"]]) == ("unproven", ["forbidden"])


def test_a_server_that_is_not_there_is_said(tmp_path):
    assert "no Burnline answers at" in evaluated(tmp_path, "sample", "--url", "http://127.0.0.1:9", status=2)
