"""Versions that spans were made with: column -> the attributes that mean it.

service_version                  of the service, from its resource
prompt_name, prompt_version      of the prompt a model was called with
index_name, index_version        of what documents were fetched from
configuration_name, configuration_version   of settings that decide how it is served
experiment, variant              which of the variants that an experiment compares
"""

from collector.dialects.sources import Column, Reading, Source


def _text(name: str, *sources: tuple[str, str]) -> Column:
    return Column(name, tuple(Source(key, Reading.TEXT, emitters) for key, emitters in sources))


SERVICE_VERSION = _text("service_version", ("service.version", "resource"))
OWN_VERSIONS = (
    _text(
        "prompt_name",
        ("gen_ai.prompt.name", "conventions"),
        ("langfuse.observation.prompt.name", "langfuse"),
        ("burnline.prompt.name", "burnline"),
    ),
    _text(
        "prompt_version",
        ("gen_ai.prompt.version", "conventions"),
        ("langfuse.observation.prompt.version", "langfuse"),
        ("llm.prompt_template.version", "openinference"),
        ("burnline.prompt.version", "burnline"),
    ),
    _text("index_name", ("burnline.index.name", "burnline"), ("gen_ai.data_source.id", "conventions")),
    _text("index_version", ("burnline.index.version", "burnline")),
    _text("configuration_name", ("burnline.configuration.name", "burnline")),
    _text("configuration_version", ("burnline.configuration.version", "burnline")),
    _text("experiment", ("burnline.experiment", "burnline"), ("feature_flag.key", "conventions")),
    _text(
        "variant",
        ("burnline.variant", "burnline"),
        ("feature_flag.result.variant", "conventions"),
        ("feature_flag.variant", "conventions until 1.31"),
    ),
)
"""What a span says of itself."""
VERSION_COLUMNS = (SERVICE_VERSION, *OWN_VERSIONS)
