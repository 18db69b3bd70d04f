"""Advice to take a change back, carried out of the house: each that the journal holds, once to whoever asked for it.

What was queued is on record under an id made of subscription and change, so that a restart between the note and the
message loses nothing and tells nothing twice. Advice that is more than a day old when a server starts is no news.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerts.advising import KIND
from alerts.delivery.cloud_events import TYPES, Data, fitted, instant, spaced
from alerts.delivery.deliveries import Deliveries
from alerts.delivery.outbox import Message
from alerts.delivery.settings import Event, Subscription
from alerts.journal import Journal, JournalEntry
from analytics.links import Links
from instrumentation.downgrade import Scope

NEWS = timedelta(days=1)
SOURCE = "/v1/changes"
_CHANGE = ("kind", "name", "from", "to", "at", "tenant", "route")
_ADVICE = ("reasons", "doubts", "extra_failures_per_day", "extra_cost_per_day_usd", "at_stake_per_day_usd")
_MOST_DOUBTS = 10


@dataclass(frozen=True, slots=True)
class Advised:
    """Tells the subscriptions of one server."""

    journal: Journal
    deliveries: Deliveries
    links: Links

    def tell(self, at: datetime) -> list[Message]:
        """Queue what is noted and not told yet; raises StoreError when it cannot be kept."""
        asked = [one.subscription for one in self.deliveries.couriers if Event.ADVISED in one.subscription.events]
        if not asked:
            return []
        known = self.deliveries.outbox.known(Event.ADVISED)
        noted = [entry for entry in self.journal.entries(KIND) if at - entry.noted_at < NEWS]
        drafts = [draft for one in asked for draft in self._drafts(one, noted, at)]
        return self.deliveries.queue([one for one in drafts if one.message_id not in known])

    def _drafts(self, subscription: Subscription, noted: Sequence[JournalEntry], at: datetime) -> Iterator[Message]:
        for entry in noted:
            content = entry.content
            scope = Scope(tenant=_word(content, "tenant"), route=_word(content, "route"))
            if subscription.concerns(scope):
                change_id = str(content["change_id"])
                named = f"{subscription.name} {change_id} advised"
                message_id = f"msg_{hashlib.sha256(named.encode()).hexdigest()[:32]}"
                yield Message(
                    message_id=message_id,
                    subscription=subscription.name,
                    event=Event.ADVISED,
                    epoch=0,
                    seq=entry.entry_seq,
                    scope=scope,
                    fingerprint=change_id,
                    queued_at=at,
                    body=advised(entry, message_id, self.links).decode(),
                )


def advised(entry: JournalEntry, message_id: str, links: Links) -> bytes:
    """Write a note of the journal as a CloudEvent."""
    content = entry.content
    kind, name = str(content["kind"]), str(content["name"])
    data: Data = {
        "summary": summary(content),
        "change": {"id": content["change_id"], **{word: content.get(word) for word in _CHANGE}},
        "advice": {"course": "roll_back", **{word: content[word] for word in _ADVICE}},
        "url": links.changes(kind=kind, name=name),
    }
    frame = {
        "specversion": "1.0",
        "id": message_id,
        "source": SOURCE,
        "type": TYPES[Event.ADVISED],
        "subject": spaced(kind, name),
        "time": instant(entry.noted_at),
        "datacontenttype": "application/json",
        "sequence": f"{entry.entry_seq:016d}",
    }
    return fitted(frame, data, (_with_few_doubts,))


def summary(content: Mapping[str, Any]) -> str:
    """What is advised and why, in a sentence.

    >>> told = {"kind": "release", "name": "shop", "to": "v2", "reasons": ["errors rose from 2 % to 30 %"]}
    >>> summary(told | {"at_stake_per_day_usd": "12.40"})
    'Roll back release shop to v2? errors rose from 2 % to 30 %; $12.40 a day at stake'
    """
    version = "" if content["to"] is None else f" to {content['to']}"
    stake = content["at_stake_per_day_usd"]
    money = "" if stake is None else f"; ${stake} a day at stake"
    return f"Roll back {spaced(content['kind'], content['name'])}{version}? {', '.join(content['reasons'])}{money}"


def _word(content: Mapping[str, Any], name: str) -> str | None:
    found = content.get(name)
    return None if found is None else str(found)


def _with_few_doubts(data: Data) -> Data:
    advice = data["advice"] | {"doubts": data["advice"]["doubts"][:_MOST_DOUBTS]}
    return data | {"advice": advice, "truncated": [*data.get("truncated", ()), "doubts"]}
