"""The instant that an answer bears, from which readers take the publisher's time."""

import time
from email.utils import parsedate_to_datetime

import httpx


def test_an_answer_after_a_long_wait_is_dated_when_it_comes(server):
    tag = server.ask("/v1/routing/decisions").headers["etag"]
    waiting = {"If-None-Match": tag, "Prefer": "wait=3"}
    answer = httpx.get(f"{server.api}/v1/routing/decisions", headers=waiting, timeout=20)
    behind_s = time.time() - parsedate_to_datetime(answer.headers["date"]).timestamp()
    assert (answer.status_code, len(answer.headers.get_list("date"))) == (304, 1)
    assert behind_s < 2  # whole seconds; with the instant of the question it would be three and more
