"""Where things are shown: addresses of the console that alerts, rules and answers lead to.

>>> links = Links("https://burnline.example.com/")
>>> links.objective("slow answers"), links.objective("slow answers", tenant="acme", route=None)
('https://burnline.example.com/budgets/slow%20answers', 'https://burnline.example.com/budgets/slow%20answers?tenant=acme')
>>> links.runbook("BurnlineDown"), links.absolute("/runbooks#cache-hits")
('https://burnline.example.com/runbooks#burnlinedown', 'https://burnline.example.com/runbooks#cache-hits')
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

RUNBOOKS = "/runbooks"
"""The page with a section for every alert."""


@dataclass(frozen=True, slots=True)
class Links:
    """The section ``links``."""

    url: str = "http://127.0.0.1:8320"
    """Where people reach this server; alerts and rules lead there."""

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"url is {self.url!r}; expected an address such as https://burnline.example.com")

    def absolute(self, address: str) -> str:
        """Complete a path of the console; what is an address already stays as it is."""
        return f"{self.url.rstrip('/')}{address}" if address.startswith("/") else address

    def objective(self, name: str, **words: str | None) -> str:
        """The page of one objective, or of one of its budgets: its burn, what is left, and what burns it."""
        return self.absolute(f"/budgets/{quote(name, safe='')}{_query(words)}")

    def request(self, trace_id: str) -> str:
        """The page of one request."""
        return self.absolute(f"/requests/{trace_id}")

    def budgets(self) -> str:
        """The page of every budget, of errors and of money."""
        return self.absolute("/budgets")

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


def anchor(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it of one word.

    >>> anchor("BurnlineDown"), anchor("slow-answers")
    ('burnlinedown', 'slow-answers')
    """
    return heading.strip().lower().replace(" ", "-")


SECTIONS: Mapping[str, object] = {"links": Links}
"""For the configuration loader: section name to type."""
