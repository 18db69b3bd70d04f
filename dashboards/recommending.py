"""The route of recommendations, out of what is configured."""

from fastapi import APIRouter

from analytics.answering import Clock
from analytics.experiments.settings import ExperimentSettings
from analytics.prices import PriceBook
from analytics.recommendations import api
from analytics.recommendations.answers import Grounds
from analytics.recommendations.settings import RecommendationSettings
from collector.store import Store
from dashboards.configuration import Configuration


def recommending(configuration: Configuration, store: Store, book: PriceBook, now: Clock) -> APIRouter:
    """Build it; which evaluations are better when lower is said once, for experiments."""
    lower = configuration.section("experiments", ExperimentSettings).lower_is_better
    return api.router(
        Grounds(store, book, configuration.section("recommendations", RecommendationSettings), lower), now
    )
