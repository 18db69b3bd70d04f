"""The console: one HTML document and ES modules without a build step, served beside the API they ask."""

from dashboards.console.origin import OwnOrigin
from dashboards.console.routes import nowhere, router

__all__ = ["OwnOrigin", "nowhere", "router"]
