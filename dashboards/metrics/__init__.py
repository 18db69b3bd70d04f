"""``/metrics``: what Burnline knows about itself and about the traffic it watches, for Prometheus."""

from dashboards.metrics.families import FAMILIES, Family, Labels, Samples
from dashboards.metrics.page import BurnlineCollector, Vitals, directory_bytes, router

__all__ = ["FAMILIES", "BurnlineCollector", "Family", "Labels", "Samples", "Vitals", "directory_bytes", "router"]
