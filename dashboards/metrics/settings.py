"""The section ``metrics`` of the configuration: how many values a label may have."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MetricsSettings:
    """The section ``metrics``: values that come after so many are told as ``other``, together."""

    tenants: int = 500
    """Most values of the label tenant."""
    routes: int = 100
    """Most values of the label route."""
    providers: int = 50
    """Most values of labels that name a provider."""
    models: int = 200
    """Most values of labels that name a model."""
    usage_classes: int = 50
    """Most values of the label usage_class."""
    measures: int = 50
    """Most values of the label measure."""
    error_types: int = 100
    """Most values of the label error_type."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected at least 1")


SECTIONS: Mapping[str, object] = {"metrics": MetricsSettings}
