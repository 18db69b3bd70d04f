"""Where one process listens."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where to listen; port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 8320
    otlp_grpc_port: int = 4317
    otlp_http_port: int = 4318
