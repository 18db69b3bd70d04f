"""The files of the console, read once: each under a path that holds a hash of the content, so it can be kept for ever.

All of our own files share one hash, so that modules name each other by relative paths; the chart library has its own,
so that a new version of the console does not fetch it again.
"""

import gzip
import hashlib
import importlib.util
import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from posixpath import dirname, normpath

_HERE = Path(__file__).parent / "assets"
_DOCUMENT = "index.html"
_CHARTS = "plotly.min.js"
_MEDIA_TYPES: Mapping[str, str] = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""What is served, by ending; a file that ends otherwise is not."""


class NoCharts(RuntimeError):
    """The chart library is not installed; the message says what to do."""


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    content: bytes
    media_type: str

    @cached_property
    def packed(self) -> bytes:
        """The content, gzipped; the same bytes for the same content."""
        return gzip.compress(self.content, 6, mtime=0)

    @cached_property
    def tag(self) -> str:
        """A hash of the content."""
        return hashlib.sha256(self.content).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Assets:
    """Everything the console is made of."""

    document: Asset
    """The one HTML document of every page."""
    files: Mapping[str, Asset]
    """By path below ``/assets/``: hash and name."""
    links: Mapping[str, str]
    """By the path of a page, the ``Link`` header that has its own modules fetched at once."""


@cache
def load_assets(folder: Path = _HERE) -> Assets:
    """Read every file; raises :class:`NoCharts`."""
    own = {name: Asset(path.read_bytes(), _MEDIA_TYPES[path.suffix]) for name, path in _found(folder)}
    document = own.pop(_DOCUMENT)
    version = hashlib.sha256(b"".join(f"{name} {own[name].tag}\n".encode() for name in own)).hexdigest()[:16]
    charts = Asset(_charts().read_bytes(), _MEDIA_TYPES[".js"])
    files = {f"{version}/{name}": asset for name, asset in own.items()} | {f"{charts.tag}/{_CHARTS}": charts}
    named = {"version": version, "charts": f"{charts.tag}/{_CHARTS}", "map": _map_style(charts)}
    named["modules"] = "\n".join(f'<link rel="modulepreload" href="/assets/{version}/{name}">' for name in _shared(own))
    text = re.sub(r"\{(\w+)\}", lambda found: named[found[1]], document.content.decode())
    return Assets(Asset(text.encode(), document.media_type), files, _links(own, version))


def _found(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in _MEDIA_TYPES:
            yield path.relative_to(folder).as_posix(), path


def _shared(names: Iterable[str]) -> list[str]:
    """Modules that every page needs: named in the document, they are fetched at once, not one after the other."""
    return [name for name in names if re.match(r"(core/(?!theme)|parts/).+\.js$", name)]


def _links(own: Mapping[str, Asset], version: str) -> Mapping[str, str]:
    """Name the modules that a page has for itself: they need not wait until others are read that import them."""
    pages = re.findall(r'path: "([^"]+)".*?module: "(\w+)"', own["core/pages.js"].content.decode())
    shared = {*_shared(own)}
    return {
        path: ", ".join(
            f"</assets/{version}/{name}>; rel=modulepreload"
            for name in sorted(_imported(own, f"pages/{module}.js") - shared)
        )
        for path, module in pages
    }


def _imported(own: Mapping[str, Asset], name: str) -> AbstractSet[str]:
    """Find a module and all that it imports."""
    found: set[str] = set()
    waiting = {name}
    while waiting:
        module = waiting.pop()
        found.add(module)
        near = re.findall(r'from "(\.[^"]+)"', own[module].content.decode())
        waiting |= {normpath(f"{dirname(module)}/{one}") for one in near} - found
    return found


def _map_style(charts: Asset) -> str:
    """Find the id of the style element the library would add for its maps: who has one already is left alone."""
    found = re.search(rb'getElementById\("([0-9a-f]{64})"\)', charts.content)
    return found[1].decode() if found else "map-style"


def _charts() -> Path:
    """Find the library without importing the package around it, which would cost the server its start."""
    spec = importlib.util.find_spec("plotly")
    if spec is None or spec.origin is None:
        raise NoCharts("found no package plotly, which holds the charts of the console: install burnline[server]")
    return Path(spec.origin).parent / "package_data" / _CHARTS
