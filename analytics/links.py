"""Where things are shown: addresses of the console that alerts, rules and answers lead to.

>>> links = Links("https://burnline.example.com/")
>>> links.objective("slow answers"), links.objective("slow answers", tenant="acme", route=None)
('https://burnline.example.com/budgets/slow%20answers', 'https://burnline.example.com/budgets/slow%20answers?tenant=acme')
>>> links.runbook("BurnlineDown"), links.absolute("/runbooks#cache-hits")
('https://burnline.example.com/runbooks#burnlinedown', 'https://burnline.example.com/runbooks#cache-hits')
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, urlencode, urlsplit

NEARBY = "http://127.0.0.1:8320"
"""A server that was started without further words, on this machine."""
RUNBOOKS = "/runbooks"
"""The page with a section for every alert."""


@dataclass(frozen=True, slots=True)
class Links:
    """The section ``links``."""

    url: str | None = None
    """Where people reach this server, for the links of alerts and rules; where it listens, if it is left out."""

    def __post_init__(self) -> None:
        if self.url is None:
            return
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"url is {self.url!r}; expected an address such as https://burnline.example.com")

    def absolute(self, address: str) -> str:
        """Complete a path of the console; what is an address already stays as it is."""
        return f"{(self.url or NEARBY).rstrip('/')}{address}" if address.startswith("/") else address

    def or_at(self, host: str, port: int) -> "Links":
        """The same, or else where a server listens: of every address, this machine's own.

        >>> [Links().or_at(host, 9000).url for host in ("0.0.0.0", "::1", "localhost")]
        ['http://127.0.0.1:9000', 'http://[::1]:9000', 'http://localhost:9000']
        >>> Links("https://burnline.example.com").or_at("0.0.0.0", 9000).url
        'https://burnline.example.com'
        """
        if self.url is not None:
            return self
        return Links(f"http://{_reachable(host)}:{port}")

    def objective(self, name: str, **words: str | None) -> str:
        """The page of one objective, or of one of its budgets: its burn, what is left, and what burns it."""
        return self.absolute(f"/budgets/{quote(name, safe='')}{_query(words)}")

    def request(self, trace_id: str) -> str:
        """The page of one request."""
        return self.absolute(f"/requests/{trace_id}")

    def budgets(self) -> str:
        """The page of every budget, of errors and of money."""
        return self.absolute("/budgets")

    def changes(self, **words: str | None) -> str:
        """The page of changes, of those that have all of this in common."""
        return self.absolute(f"/changes{_query(words)}")

    def routing(self, **words: str | None) -> str:
        """The page of routes, with the cause of each step."""
        return self.absolute(f"/routing{_query(words)}")

    def requests(self, **filters: str) -> str:
        """The requests that have all of this in common."""
        return self.absolute(f"/requests?{urlencode(filters)}" if filters else "/requests")

    def runbook(self, alert: str) -> str:
        """What to do about an alert."""
        return self.absolute(f"{RUNBOOKS}#{anchor(alert)}")


def _query(words: Mapping[str, str | None]) -> str:
    told = {word: value for word, value in words.items() if value}
    return f"?{urlencode(told, quote_via=quote)}" if told else ""


def _reachable(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return host
    own = "127.0.0.1" if address.version == 4 else "[::1]"  # noqa: PLR2004 - of IP
    return own if address.is_unspecified else (f"[{host}]" if address.version == 6 else host)  # noqa: PLR2004 - of IP


def anchor(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it of one word.

    >>> anchor("BurnlineDown"), anchor("slow-answers")
    ('burnlinedown', 'slow-answers')
    """
    return heading.strip().lower().replace(" ", "-")


SECTIONS: Mapping[str, object] = {"links": Links}
"""For the configuration loader: section name to type."""
