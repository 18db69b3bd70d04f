"""What a serving app says of its retrievals with the wrappers comes out of the command, over those that say it."""

import json
import os
import subprocess
import sys
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("burnline"))
APP = """
from instrumentation import configure, request, retriever

telemetry = configure(service_name="shop")
for number in range(10):
    with request(tenant="acme", route="answer", user="ada") as answer:
        with retriever("handbook", index_version="7") as found:
            found.permissions(checked=True)
            shown = [{"id": "faq", "score": 0.9, "text": "x" * 800, "age_s": 60, "tenant": "acme"}]
            shown += [{"id": "faq", "score": 0.7, "text": "x" * 800, "tenant": "globex" if number == 3 else "acme"}]
            found.documents([] if number == 0 else shown)
        if number:
            answer.citations(claims=2, cited=1, ids=["faq", "made up"])
with request(tenant="acme", route="search"):
    with retriever("handbook"):
        pass
telemetry.shutdown()
"""


def test_from_the_wrapper_to_the_command(serve, tmp_path):
    server = serve(config={"freshness": [{"index": "handbook", "within": "1m"}]})
    (tmp_path / "shop.py").write_text(APP, encoding="utf-8")
    told = {"OTEL_EXPORTER_OTLP_ENDPOINT": server.otlp, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}
    subprocess.run([sys.executable, "shop.py"], cwd=tmp_path, env=os.environ | told, check=True, timeout=60)
    server.until(lambda: sum(row["retrievals"] for row in server.get("/v1/retrieval")["rows"]) == 11, within_s=15)
    asked = [COMMAND, "retrieval", "--url", server.api, "--by", "route,index_version"]
    answer = json.loads(subprocess.check_output([*asked, "--json"], cwd=tmp_path, timeout=60))  # noqa: S603 - our own command
    row, silent = answer["rows"]
    assert (row["route"], row["index_version"], row["retrievals"]) == ("answer", "7", 10)
    assert (row["empty_ratio"], row["duplicate_ratio"], row["gap_p50"]) == (0.1, 0.5, 0.2)
    assert (row["age_told"], row["stale_ratio"], row["chunks_told"]) == (9, 0.0, 18)
    assert (row["permission_checked_ratio"], row["violations_told"], row["violations"]) == (1.0, 9, 1)
    assert (silent["route"], silent["retrievals"], silent["documents_told"], silent["empty_ratio"]) == (
        "search",
        1,
        0,
        None,
    )
    (cited,) = [one for one in server.get("/v1/retrieval", by="route")["rows"] if one["route"] == "answer"]
    assert (cited["citation_coverage"], cited["citation_valid"], cited["invalid_answers"]) == (0.5, 0.5, 9)
    shown = subprocess.check_output(asked, cwd=tmp_path, timeout=60, text=True)  # noqa: S603 - our own command
    assert "permission violations" in shown
