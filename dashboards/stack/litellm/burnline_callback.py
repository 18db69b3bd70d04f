"""What the proxy's configuration names as ``burnline_callback.burnline``.

It obeys the downgrade signal of the server in ``BURNLINE_URL``, and is made when LiteLLM asks for it: to import this
module connects nobody.
"""

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from instrumentation.litellm_proxy import ObedientProxy

_URL = "http://127.0.0.1:8320"


def __getattr__(name: str) -> "ObedientProxy":
    """Make ``burnline``, once."""
    if name != "burnline":
        raise AttributeError(f"module {__name__!r} has no {name!r}")
    return _burnline()


@cache
def _burnline() -> "ObedientProxy":
    from instrumentation.litellm_proxy import ObedientProxy  # noqa: PLC0415 - LiteLLM takes seconds to import
    from instrumentation.reader import DowngradeReader  # noqa: PLC0415 - the same

    return ObedientProxy(DowngradeReader(os.environ.get("BURNLINE_URL", _URL), service="llm-proxy"))
