"""A server that cannot start says why and what to do, and ends with status 1."""

import pytest

BAD_CONFIGS = {
    "a word for a number": ("store:\n  threads: two\n", "burnline.yaml:2", "store.threads"),
    "an unknown key": ("store:\n  memory_limit_mb: 512\n  thread: 2\n", "burnline.yaml:3", "thread"),
    "an objective that can never fire": (
        "objectives:\n  - name: up\n    sli: availability\n    target: 0.5\n    route: answer\n",
        "burnline.yaml:",
        "could never fire",
    ),
    "no YAML": ("objectives: [\n", "burnline.yaml:", "burnline.yaml"),
}


def test_a_second_server_on_one_data_directory_says_that_it_is_in_use(serve, server):
    status, said = serve.ended(data=server.data)
    assert (status, "in use by another process" in said, "--data" in said) == (1, True, True)
    assert server.get("/healthz") == {"status": "alive"}


@pytest.mark.parametrize(("text", "where", "what"), BAD_CONFIGS.values(), ids=BAD_CONFIGS)
def test_a_bad_configuration_is_refused_with_file_and_line(serve, text, where, what):
    status, said = serve.ended(config=text)
    assert status == 1
    assert where in said
    assert what in said
    assert "Traceback" not in said


@pytest.mark.parametrize("port", ["port", "otlp_http_port", "otlp_grpc_port"])
def test_a_port_that_is_taken_is_named(serve, server, port):
    taken = {"port": server.api, "otlp_http_port": server.otlp, "otlp_grpc_port": server.grpc}[port].rpartition(":")[2]
    status, said = serve.ended(**{port: int(taken)})
    assert (status, taken in said, "Traceback" in said) == (1, True, False)
