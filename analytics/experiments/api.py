"""``/v1/experiments``: the experiments there are, and what can be said of one, at any time, as often as one likes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response

from analytics.answering import Clock, as_json, said_once
from analytics.experiments.answers import ExperimentParams, ExperimentsParams, experiment, experiment_page
from analytics.experiments.settings import ExperimentSettings
from analytics.experiments.shapes import ExperimentAnswer, ExperimentPage
from collector.store import Store

_Name = Annotated[str, Path(description="as in burnline.experiment")]


def router(store: Store, now: Clock, settings: ExperimentSettings) -> APIRouter:
    """Build the routes."""
    routes = APIRouter(prefix="/v1/experiments", dependencies=[Depends(said_once)], tags=["experiments"])

    @routes.get("", response_model=ExperimentPage, summary="Experiments that spans named")
    def list_experiments(params: Annotated[ExperimentsParams, Query()]) -> Response:
        """Answer experiments with their variants, the one seen last first."""
        return as_json(experiment_page(store, params, now()))

    @routes.get("/{name:path}", response_model=ExperimentAnswer, summary="The variants of one experiment compared")
    def show_experiment(name: _Name, params: Annotated[ExperimentParams, Query()]) -> Response:
        """Answer cost, latency, errors, evaluations and outcomes by variant, with intervals that hold at every look."""
        return as_json(experiment(store, name, params, settings, now()))

    return routes
