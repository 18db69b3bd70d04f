"""``GET /runbooks``: what to do about each alert, as a plain page, so that links in alerts work without the internet.

The texts are the Markdown files of the tree, in the few forms they use: headings, paragraphs and code.
"""

import base64
import hashlib
import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from analytics.links import RUNBOOKS, anchor

_TEXTS = (("dashboards.stack", "RUNBOOKS.md"), ("analytics.slo.documents", "RUNBOOKS.md"))
_CODE = re.compile(r"`([^`]+)`")
_PATH = re.compile(r"/[a-z]+")
_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.55 system-ui, sans-serif; max-width: 46rem; margin: 0 auto; padding: 1rem 1rem 4rem; }
h1 { font-size: 1.4rem; margin-top: 2.5rem; } h2 { font-size: 1.1rem; margin: 2.2rem 0 .3rem; }
p { margin: .4rem 0; } h2 a { color: inherit; text-decoration: none; } h2 a:hover { text-decoration: underline; }
:target { background: color-mix(in srgb, Highlight 25%, Canvas); outline: .4rem solid transparent; }
code { font: .92em ui-monospace, monospace; background: color-mix(in srgb, CanvasText 8%, Canvas);
  padding: .05em .3em; border-radius: .25em; overflow-wrap: anywhere; }
nav ul { columns: 16rem; padding-left: 1.1rem; } nav li { break-inside: avoid; overflow-wrap: anywhere; }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True, slots=True)
class Section:
    """What to do about one alert, or one objective of the pack."""

    heading: str
    paragraphs: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """Where links lead."""
        return anchor(self.heading)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One file."""

    title: str
    introduction: tuple[str, ...]
    sections: tuple[Section, ...]


def chapters() -> tuple[Chapter, ...]:
    """Every file, in the order of the page."""
    return tuple(chapter(files(package).joinpath(name).read_text(encoding="utf-8")) for package, name in _TEXTS)


def chapter(text: str) -> Chapter:
    r"""Read one file.

    >>> chapter("# Alerts\n\nFirst of\nall.\n\n## Fire\n\nLook at `df`.\n").sections
    (Section(heading='Fire', paragraphs=('Look at `df`.',)),)
    """
    head, *rest = re.split(r"^## ", text, flags=re.MULTILINE)
    title, *introduction = _paragraphs(head.removeprefix("# "))
    return Chapter(title, tuple(introduction), tuple(_section(part) for part in rest))


def page(found: Sequence[Chapter]) -> str:
    """The whole page."""
    contents = "".join(f"<li>{_link(one)}</li>" for each in found for one in each.sections)
    body = "".join(part for each in found for part in _chapter(each))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Runbooks - Burnline</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head><body>'
        f'<nav aria-label="Sections"><p><a href="/">Burnline</a></p><ul>{contents}</ul></nav><main>{body}</main>'
        "</body></html>"
    )


def router() -> APIRouter:
    """Build the route; the page is made once."""
    routes, written = APIRouter(tags=["console"]), page(chapters())

    @routes.get(RUNBOOKS, response_class=HTMLResponse, summary="What to do about each alert")
    def runbooks() -> Response:
        """Show every section, each at the anchor of its alert."""
        return HTMLResponse(written, headers=_HEADERS)

    return routes


def _section(text: str) -> Section:
    heading, _, rest = text.partition("\n")
    return Section(heading.strip(), tuple(_paragraphs(rest)))


def _paragraphs(text: str) -> Iterator[str]:
    return (" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip())


def _chapter(found: Chapter) -> Iterator[str]:
    yield f"<h1>{_inline(found.title)}</h1>"
    yield from (f"<p>{_inline(text)}</p>" for text in found.introduction)
    for one in found.sections:
        yield f'<section id="{html.escape(one.anchor)}"><h2>{_link(one)}</h2>'
        yield from (f"<p>{_inline(text)}</p>" for text in one.paragraphs)
        yield "</section>"


def _link(section: Section) -> str:
    return f'<a href="#{html.escape(section.anchor)}">{_inline(section.heading)}</a>'


def _inline(text: str) -> str:
    return _CODE.sub(_code, html.escape(text))


def _code(found: re.Match[str]) -> str:
    """Code; a path of this server leads there."""
    code = f"<code>{found[1]}</code>"
    return f'<a href="{found[1]}">{code}</a>' if _PATH.fullmatch(found[1]) else code
