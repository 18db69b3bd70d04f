"""A serving app that imports the wrappers pays for OpenTelemetry's API and nothing else."""

import subprocess
import sys

import pytest

HEAVY = [
    "duckdb",
    "fastapi",
    "scipy",
    "polars",
    "numpy",
    "pyarrow",
    "litellm",
    "openai",
    "pydantic",
    "grpc",
    "requests",
    "httpx",
    "opentelemetry.sdk",
    "opentelemetry.exporter",
]


def run(code: str) -> str:
    python = [sys.executable, "-c", code]
    return subprocess.run(python, check=True, capture_output=True, text=True, timeout=60).stdout  # noqa: S603 - our own code


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    return set(run("import instrumentation, sys; print(*sys.modules)").split())


@pytest.mark.parametrize("module", HEAVY)
def test_importing_the_wrappers_does_not_load(loaded, module):
    assert module not in loaded


def test_importing_the_wrappers_is_quick():
    code = "import time; begun = time.process_time(); import instrumentation; print(time.process_time() - begun)"
    # CPU seconds, the best of three; a busy machine stretches them
    assert min(float(run(code)) for _ in range(3)) < 1.0


def test_every_public_name_is_there_and_documented():
    missing = run(
        "import instrumentation as i; print([n for n in i.__all__ if not (getattr(i, n).__doc__ or '').strip()])"
    )
    assert missing.strip() == "[]"
