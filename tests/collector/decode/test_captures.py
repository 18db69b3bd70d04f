"""What emitters really sent is read by the columns as by the plain loop."""

from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from collector.normalise.reference import reference_rows
from tests.collector.decode.columns import columnar_rows
from tests.collector.decode.sending import NOON

OTLP = Path(__file__).parents[2] / "fixtures" / "otlp"
EMITTERS = sorted({path.parent.name for path in OTLP.glob("*/*_traces.pb")})


@pytest.mark.parametrize("emitter", EMITTERS)
def test_all_requests_of_an_emitter_are_read_alike(emitter):
    bodies = [path.read_bytes() for path in sorted((OTLP / emitter).glob("*_traces.pb"))]
    expected = reference_rows(map(ExportTraceServiceRequest.FromString, bodies), received_ns=NOON)
    assert columnar_rows(bodies) == expected
    assert expected
