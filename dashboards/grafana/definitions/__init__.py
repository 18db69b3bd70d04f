"""Every board, one module each, in the order of the menu."""

from dashboards.grafana.definitions.overview import OVERVIEW
from dashboards.grafana.model import Board

BOARDS: tuple[Board, ...] = (OVERVIEW,)
