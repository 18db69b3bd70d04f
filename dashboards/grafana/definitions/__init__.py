"""Every board, one module each, in the order of the menu."""

from dashboards.grafana.definitions.changes import CHANGES
from dashboards.grafana.definitions.finops import FINOPS
from dashboards.grafana.definitions.itself import ITSELF
from dashboards.grafana.definitions.latency import LATENCY
from dashboards.grafana.definitions.overview import OVERVIEW
from dashboards.grafana.definitions.retrieval import RETRIEVAL
from dashboards.grafana.definitions.router import ROUTER
from dashboards.grafana.definitions.slo import SLO
from dashboards.grafana.model import Board

BOARDS: tuple[Board, ...] = (OVERVIEW, SLO, LATENCY, FINOPS, ROUTER, CHANGES, RETRIEVAL, ITSELF)
