"""The environment of a demo: offline, past any proxy, and untouched by settings meant for somebody else's service."""

from collections.abc import Mapping, MutableMapping

_FOREIGN = ("OTEL_", "BURNLINE_")
_OWN: Mapping[str, str] = {
    # LiteLLM reads these at import, and fetches a price list from the network without the first
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOG": "CRITICAL",
    # spans go out four times a second instead of every five seconds: the demo is watched
    "OTEL_BSP_SCHEDULE_DELAY": "250",
    "NO_PROXY": "127.0.0.1",
    "no_proxy": "127.0.0.1",
}


def enter(environ: MutableMapping[str, str]) -> None:
    """Put the demo's settings in place of what the shell exported.

    >>> shell = {"PATH": "/bin", "OTEL_SDK_DISABLED": "true"}
    >>> enter(shell)
    >>> shell["PATH"], "OTEL_SDK_DISABLED" in shell, shell["NO_PROXY"]
    ('/bin', False, '127.0.0.1')
    """
    for name in [name for name in environ if name.startswith(_FOREIGN)]:
        del environ[name]
    environ.update(_OWN)
