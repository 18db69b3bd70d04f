"""``/metrics``: what Burnline knows about itself and about the traffic it watches, for Prometheus."""

from dashboards.metrics.families import FAMILIES, Family, Kind, Labels, Samples
from dashboards.metrics.finding_metrics import drift_samples, loop_samples
from dashboards.metrics.foresight_metrics import advice_samples, effect_samples, foresight_samples
from dashboards.metrics.page import BurnlineCollector, router
from dashboards.metrics.process import Vitals, directory_bytes
from dashboards.metrics.settings import SECTIONS, MetricsSettings
from dashboards.metrics.steering import firing_samples, watch_samples

__all__ = [
    "FAMILIES",
    "SECTIONS",
    "BurnlineCollector",
    "Family",
    "Kind",
    "Labels",
    "MetricsSettings",
    "Samples",
    "Vitals",
    "advice_samples",
    "directory_bytes",
    "drift_samples",
    "effect_samples",
    "firing_samples",
    "foresight_samples",
    "loop_samples",
    "router",
    "watch_samples",
]
