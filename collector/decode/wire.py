"""OTLP trace bytes to nested Arrow columns, without a Python object per span.

The parser (ptars, Rust) is driven by a descriptor that names only the fields that are kept. Whatever is not named is
skipped on the wire: 2.0 us a span instead of 2.9 with the full descriptor. Text is declared as bytes, because proto3
parsers refuse a whole request for one invalid UTF-8 character in one attribute; it is checked, and mended, in columns.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import ptars
import pyarrow as pa
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pb2 import FieldDescriptorProto
from google.protobuf.message import DecodeError

from collector.signals import Malformed

_PACKAGE = "burnline.wire"
_SCALARS = {
    "bytes": FieldDescriptorProto.TYPE_BYTES,
    "bool": FieldDescriptorProto.TYPE_BOOL,
    "double": FieldDescriptorProto.TYPE_DOUBLE,
    "fixed32": FieldDescriptorProto.TYPE_FIXED32,
    "fixed64": FieldDescriptorProto.TYPE_FIXED64,
    "int32": FieldDescriptorProto.TYPE_INT32,
    "int64": FieldDescriptorProto.TYPE_INT64,
}

# message -> (number, name, type, "one" | "many" | "oneof"); numbers are those of opentelemetry-proto 1.11
_MESSAGES: dict[str, tuple[tuple[int, str, str, str], ...]] = {
    "AnyValue": (
        (1, "text", "bytes", "oneof"),
        (2, "flag", "bool", "oneof"),
        (3, "whole", "int64", "oneof"),
        (4, "real", "double", "oneof"),
        (5, "array", "bytes", "oneof"),  # still encoded; few keys need it, see lists.py
        (6, "kvlist", "bytes", "oneof"),
        (7, "raw", "bytes", "oneof"),
    ),
    "ArrayValue": ((1, "values", "AnyValue", "many"),),
    "KeyValue": ((1, "key", "bytes", "one"), (2, "value", "AnyValue", "one")),
    "Resource": ((1, "attributes", "KeyValue", "many"),),
    "Scope": ((1, "name", "bytes", "one"),),
    "Event": ((1, "time", "fixed64", "one"), (2, "name", "bytes", "one"), (3, "attributes", "KeyValue", "many")),
    "Status": ((3, "code", "int32", "one"),),
    "Span": (
        (1, "trace_id", "bytes", "one"),
        (2, "span_id", "bytes", "one"),
        (4, "parent_span_id", "bytes", "one"),
        (5, "name", "bytes", "one"),
        (7, "start", "fixed64", "one"),
        (8, "end", "fixed64", "one"),
        (9, "attributes", "KeyValue", "many"),
        (11, "events", "Event", "many"),
        (15, "status", "Status", "one"),
        (16, "flags", "fixed32", "one"),
    ),
    "ScopeSpans": ((1, "scope", "Scope", "one"), (2, "spans", "Span", "many")),
    "ResourceSpans": ((1, "resource", "Resource", "one"), (2, "scope_spans", "ScopeSpans", "many")),
    "Traces": ((1, "resource_spans", "ResourceSpans", "many"),),
}


def parse_traces(bodies: Sequence[bytes]) -> pa.RecordBatch:
    """One row per body, column ``resource_spans`` nested as in the table above.

    Raises :class:`Malformed` if any body is no ``ExportTraceServiceRequest``; the caller retries them one by one to
    find which.
    """
    try:
        batch: pa.RecordBatch = _handler("Traces").list_to_record_batch(list(bodies))
    except ValueError as error:
        raise Malformed("undecodable", f"not an ExportTraceServiceRequest: {error}") from error
    return batch


def array_texts(raw: bytes) -> list[str]:
    """The texts of an encoded array, in their order; none of what is no array."""
    try:
        values = _message("ArrayValue").FromString(raw).values
    except DecodeError:
        return []
    return [value.text.decode("utf-8", "replace") for value in values if value.WhichOneof("kind") == "text"]


@cache
def _handler(message: str) -> Any:  # noqa: ANN401 - ptars exports no type for it
    descriptor = _descriptor(message)
    return ptars.HandlerPool([descriptor.file]).get_for_message(descriptor)


@cache
def _message(message: str) -> Any:  # noqa: ANN401 - its fields are those of the table
    return message_factory.GetMessageClass(_descriptor(message))


def _descriptor(message: str) -> Descriptor:
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(_file().SerializeToString())
    return pool.FindMessageTypeByName(f"{_PACKAGE}.{message}")


def _file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(name="burnline/wire.proto", package=_PACKAGE, syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        if any(how == "oneof" for *_, how in fields):
            message.oneof_decl.add(name="kind")
        for number, field_name, kind, how in fields:
            _add_field(message, number, field_name, kind, how)
    return file


def _add_field(message: descriptor_pb2.DescriptorProto, number: int, name: str, kind: str, how: str) -> None:
    many = how == "many"
    field = message.field.add(
        name=name,
        number=number,
        label=FieldDescriptorProto.LABEL_REPEATED if many else FieldDescriptorProto.LABEL_OPTIONAL,
    )
    if kind in _SCALARS:
        field.type = _SCALARS[kind]
    else:
        field.type = FieldDescriptorProto.TYPE_MESSAGE
        field.type_name = f".{_PACKAGE}.{kind}"
    if how == "oneof":
        field.oneof_index = 0
