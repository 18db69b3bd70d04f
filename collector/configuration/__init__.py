"""One file configures everything: YAML, then environment, read once into frozen dataclasses.

A section is a dataclass (or a tuple of them) that lives beside the code it configures; this package knows none of
them. Every mistake is collected, not only the first, and says where it stands, what was found, what is expected and
what would do. A range is refused by the dataclass itself, in ``__post_init__`` with a ``ValueError``; a message that
names a field is reported at the line of that field.

    ConfigurationError     one or more problems; its text is the rendering that ``burnline config check`` prints
"""

from collector.configuration.loading import Finding, Rule, check, load
from collector.configuration.problems import ConfigurationError, Problem, render
from collector.configuration.reference import Entry, reference, reference_table
from collector.configuration.values import duration_s, duration_text

__all__ = [
    "ConfigurationError",
    "Entry",
    "Finding",
    "Problem",
    "Rule",
    "check",
    "duration_s",
    "duration_text",
    "load",
    "reference",
    "reference_table",
    "render",
]
