"""Metric bodies: counted and answered honestly. Burnline derives its figures from spans and keeps no metrics."""

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

from collector.signals import Malformed, Receipt

NOT_KEPT = "metrics_not_kept"


def refuse_metrics(body: bytes) -> Receipt:
    """Every data point rejected; raises :class:`~collector.signals.Malformed` when undecodable."""
    try:
        request = ExportMetricsServiceRequest.FromString(body)
    except DecodeError as error:
        raise Malformed("undecodable", f"not an ExportMetricsServiceRequest: {error}") from error
    points = sum(
        _points(metric)
        for resource in request.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    )
    return Receipt(received=points, rejected={NOT_KEPT: points} if points else {})


def _points(metric: Metric) -> int:
    kind = metric.WhichOneof("data")
    return len(getattr(metric, kind).data_points) if kind else 0
