"""From acknowledged-pending bytes to committed rows: bounded queue, decoding in groups, one writer."""

from collector.intake.pipeline import Pipeline
from collector.intake.settings import IntakeSettings

__all__ = ["IntakeSettings", "Pipeline"]
