"""Making the committed price data again from the installed `genai-prices` and LiteLLM packages.

The server never needs either of them: it reads only `data/`. What lies in the folder already is merged, not replaced
(`merging.py`), and what people keep by hand there (`curated.csv`, `aliases.csv`, `vendor_dates.csv`) is never touched.
Two runs on the same versions, date and folder give the same bytes. Everything is made before anything is written.
"""

import csv
import importlib
import importlib.util
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from analytics.prices import price_file
from analytics.prices.import_genai_prices import import_genai_prices
from analytics.prices.import_litellm import import_litellm
from analytics.prices.left_out import Tally, tallied
from analytics.prices.lists import DATA
from analytics.prices.merging import with_history, with_retired
from analytics.prices.price_file import PriceFile
from analytics.prices.uplifts import COLUMNS as UPLIFT_COLUMNS
from analytics.prices.uplifts import Uplifts
from analytics.prices.vendor_dates import read_vendor_dates, redated

LITELLM_MAP = "model_prices_and_context_window_backup.json"
_LICENCE_NOTE = "licence of the source: MIT, see NOTICE.txt"


class SourceMissingError(RuntimeError):
    """A price list to import is not installed; the message says which and how to install it."""


def regenerate(target: Path, at: date, kept: Path = DATA) -> list[Tally]:
    """Write all data files into a folder, as recorded on a date; returns what was left out, counted by reason.

    What the folder already has is kept where the sources no longer do. `kept` holds the files people keep by hand.
    """
    genai, litellm = _version("genai-prices"), _version("litellm")
    listed = import_genai_prices(_genai_providers(), genai, at)
    mapped = import_litellm(_litellm_map(), litellm, at)
    dated, stale = redated(listed.prices, read_vendor_dates(kept / "vendor_dates.csv"))
    left_out = [*tallied(genai, [*listed.left_out, *stale]), *tallied(litellm, mapped.left_out)]
    prices = with_retired(_previous(target / "genai_prices.csv"), dated)
    undated = with_history(_previous(target / "litellm.csv"), mapped.prices, at)
    providers = _with_missing(target / "genai_prices_providers.jsonl", listed.providers, ("provider",))
    models = _with_missing(target / "genai_prices_models.jsonl", listed.models, ("provider", "model"))
    texts = {
        "genai_prices.csv": price_file.written(prices, genai, at, [_LICENCE_NOTE]),
        "genai_prices_providers.jsonl": _json_lines(genai, at, providers),
        "genai_prices_models.jsonl": _json_lines(genai, at, models),
        "litellm.csv": price_file.written(undated, litellm, at, [_LICENCE_NOTE]),
        "uplifts.csv": _uplift_lines(litellm, at, _with_missing_lines(target / "uplifts.csv", mapped.uplifts)),
        "left_out.csv": _tally_lines(left_out),
        "NOTICE.txt": _notice({"genai-prices": genai, "litellm": litellm}),
    }
    target.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (target / name).write_text(text, encoding="utf-8", newline="\n")
    return left_out


def _previous(path: Path) -> PriceFile | None:
    return price_file.read(path) if path.is_file() else None


def _with_missing(path: Path, records: Sequence[Mapping[str, Any]], names: tuple[str, ...]) -> list[Mapping[str, Any]]:
    """Return records, then those of the file before whose names are gone, so that retired models are still found."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:] if path.is_file() else []
    here = {tuple(record[name] for name in names) for record in records}
    return [*records, *(one for one in map(json.loads, lines) if tuple(one[name] for name in names) not in here)]


def _with_missing_lines(path: Path, lines: Sequence[str]) -> list[str]:
    here = {tuple(line.split(",")[:3]) for line in lines}
    before = Uplifts.load(path).lines() if path.is_file() else ()
    return [*lines, *(line for line in before if tuple(line.split(",")[:3]) not in here)]


def _uplift_lines(source: str, at: date, lines: Iterable[str]) -> str:
    header = [f"# source: {source}", f"# recorded_on: {at}", f"# {_LICENCE_NOTE}", ",".join(UPLIFT_COLUMNS)]
    return "\n".join([*header, *lines]) + "\n"


def _genai_providers() -> Sequence[Any]:
    providers: Sequence[Any] = importlib.import_module("genai_prices.data").providers
    return providers


def _litellm_map() -> Mapping[str, Any]:
    """Return the bundled map as JSON with decimals. Finding a package runs none of its code."""
    spec = importlib.util.find_spec("litellm")
    if spec is None or spec.origin is None:
        raise SourceMissingError(_missing("litellm"))
    found: Mapping[str, Any] = json.loads(
        (Path(spec.origin).parent / LITELLM_MAP).read_text(encoding="utf-8"), parse_float=Decimal
    )
    return found


def _version(name: str) -> str:
    try:
        return f"{name} {distribution(name).version}"
    except PackageNotFoundError:
        raise SourceMissingError(_missing(name)) from None


def _missing(name: str) -> str:
    return f"package {name} is not installed; expected it as a source of prices. Install it and import again."


def _json_lines(source: str, at: date, records: Iterable[Mapping[str, Any]]) -> str:
    head = {"source": source, "recorded_on": at.isoformat(), "licence": _LICENCE_NOTE}
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in (head, *records))


def _tally_lines(left_out: Iterable[Tally]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Tally._fields)
    writer.writerows(left_out)
    return text.getvalue()


def _notice(sources: Mapping[str, str]) -> str:
    opening = "The files in this folder are derived from the price lists of the packages below, under their licences.\n"
    return opening + "".join(f"\n{'-' * 78}\n{source}\n\n{_licence(name)}" for name, source in sources.items())


def _licence(name: str) -> str:
    for file in distribution(name).files or ():
        if file.name == "LICENSE":
            return file.read_text(encoding="utf-8").strip() + "\n"
    raise SourceMissingError(f"package {name} ships no LICENSE file; expected one, its terms ask that it is kept.")
