"""``burnline demo``: the whole loop on one machine, with two incidents, offline.

A real server, a provider that is a fake and knows it, and a serving app that uses the wrappers of ``instrumentation``
and a LiteLLM Router. All of them talk over HTTP on 127.0.0.1, and every figure shown is asked from the server.
"""
