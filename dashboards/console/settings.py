"""Section ``console`` of the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """Under which names the API and the console are reached."""

    hosts: tuple[str, ...] = ()
    """Host names under which a proxy on the same machine passes requests on; without, only names of the machine do."""

    def __post_init__(self) -> None:
        for host in self.hosts:
            if not host or "/" in host or host != host.lower():
                raise ValueError(
                    f"hosts: {host!r} is no host name; expected one in small letters, without scheme and port"
                )


SECTIONS: Mapping[str, object] = {"console": ConsoleSettings}
