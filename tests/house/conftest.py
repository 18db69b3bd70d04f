"""The server as a newcomer starts it: the installed command, in a folder with a copy of the example configuration."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.tree import ROOT

SCRIPTS = Path(sys.executable).parent
FREE_PORTS = ("--port", "0", "--otlp-grpc-port", "0", "--otlp-http-port", "0")
READY = "burnline is ready"


@dataclass(frozen=True, slots=True)
class Running:
    """A running server and the folder it was started in."""

    folder: Path
    api: str
    otlp_http: str
    environment: dict[str, str]


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Running]:
    """Serve until the last test of a module: a server that nobody asks any more still looks at its budgets."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "burnline.example.yaml", folder / "burnline.yaml")
    untouched = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "BURNLINE_"))}
    environment = untouched | {"PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}
    command = [str(SCRIPTS / "burnline"), "serve", *FREE_PORTS]
    with (folder / "log").open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)  # noqa: S603 - ours
        try:
            said = next((line for line in process.stdout or () if line.startswith(READY)), None)
            assert said is not None, (folder / "log").read_text(encoding="utf-8")
            api, otlp_http = (word.rstrip(",") for word in said.split() if word.startswith("http://"))
            yield Running(folder, api, otlp_http, environment)
        finally:
            process.terminate()
            process.communicate()
    assert process.returncode == 0
