"""Has slo-generator judge counts, in the environment of its own, and prints its reports as JSON.

Its computation is its own, whole: objective and error budget policy go in as it documents them, and a backend of the
kind that it lets users bring answers the counts of a window. Standard input is a list of objects: ``goal``, ``steps``
(pairs of seconds and threshold) and ``counts`` (pairs of good and bad, in the order of the steps).
"""

import json
import logging
import sys

from slo_generator.compute import compute

_BACKEND = f"{__name__}.Counted"


class Counted:
    """The counts of a window, as the objective brings them."""

    def __init__(self, client=None, **_settings):
        """Its arguments are slo-generator's."""

    def counts(self, _timestamp, window, config):
        """Good and bad events."""
        return tuple(config["spec"]["service_level_indicator"][str(window)])


def reports(goal, steps, counts):
    """What it reports for one objective, step by step."""
    words = {"message_alert": "burning", "message_ok": "fine"}
    policy = [{"name": str(s), "window": s, "burn_rate_threshold": limit, **words} for s, limit in steps]
    spec = {
        "description": "",
        "backend": _BACKEND,
        "method": "counts",
        "goal": goal,
        "exporters": [],
        "service_level_indicator": {str(s): one for (s, _), one in zip(steps, counts, strict=True)},
    }
    objective = {"metadata": {"name": "answers", "labels": {}}, "spec": spec}
    config = {"backends": {_BACKEND: {}}, "error_budget_policies": {"default": {"steps": policy}}}
    return compute(objective, config, timestamp=0)


if __name__ == "__main__":
    logging.disable()
    found = [reports(**case) for case in json.load(sys.stdin)]
    kept = ("valid", "alert", "error_budget_burn_rate", "sli_measurement")
    json.dump([[{name: step.get(name) for name in kept} for step in steps] for steps in found], sys.stdout)
