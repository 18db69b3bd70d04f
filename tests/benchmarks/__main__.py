"""Every benchmark, one after the other, each in a process of its own: ``make bench``.

Figures of benchmarks that share a process would tell about the memory and the threads of those before.
"""

import subprocess
import sys

BENCHMARKS = (
    "wrappers",
    "reader",
    "crossing",
    "stages",
    "ingest",
    "rating",
    "export",
    "focus_check",
    "paging",
    "forecast",
    "counterfactual",
    "scorecard",
    "scrape",
    "pages",
    "retrieval",
    "gate",
    "looks",
    "detect",
    "delays",
    "labelled",
    "discovery",
    "findings",
    "effects",
    "drift",
    "experiments",
)


def main() -> int:
    """Run them; 1 if any failed."""
    failed = [name for name in BENCHMARKS if _ran(name) != 0]
    if failed:
        sys.stderr.write(f"failed: {', '.join(failed)}\n")
    return 1 if failed else 0


def _ran(name: str) -> int:
    print(f"\n== {name}\n", flush=True)
    return subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"], check=False).returncode  # noqa: S603 - ours


if __name__ == "__main__":
    sys.exit(main())
