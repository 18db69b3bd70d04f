"""The OTLP edge: bytes from senders in, counted and checked protobuf to the intake, the right status back.

http, grpc        one request each way; connections and reading guard HTTP against slow senders
  -> receiver     what both do: prepare, offer to the intake, count what is refused
     -> body      encodings (inflate), otlp_json (JSON to protobuf), framing (count before parsing)
answers           every outcome as an HTTP and a gRPC status; refusals has those of HTTP alone
limits            every limit with its reason; held is the one over all requests together
listen            start and stop both listeners
"""
