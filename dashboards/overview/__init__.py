"""The one answer behind the first page and ``burnline top``: how the service does now, and what to look at."""

from dashboards.overview.answer import Sources
from dashboards.overview.routes import router
from dashboards.overview.standing import RouteStanding, standings

__all__ = ["RouteStanding", "Sources", "router", "standings"]
