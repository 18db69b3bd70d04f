"""What is installed is what is imported: a light base, the server as an extra, one version everywhere."""

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import PACKAGES, ROOT, files, project

OWN = {*PACKAGES, "burnline", "tests"}
BROUGHT_ALONG = {
    "starlette": "fastapi",  # fastapi's own types
    "pydantic": "fastapi",
    "anyio": "fastapi",
    "h11": "uvicorn",  # uvicorn's protocol
    "uvloop": "uvicorn",  # of its extra `standard`
    "httptools": "uvicorn",
    "openai": "litellm",
    "compression": "backports.zstd",  # the same from Python 3.14 on
}


def imported(package: str) -> dict[str, set[str]]:
    """Foreign top-level modules of a package, with the files that import them, at the top or inside a function."""
    found: dict[str, set[str]] = {}
    for path in files(".py"):
        name = str(path.relative_to(ROOT))
        if not name.startswith((f"{package}/", f"{package}.py")):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for module in _modules(node):
                found.setdefault(module.split(".")[0], set()).add(name)
    return {module: names for module, names in found.items() if module not in OWN | sys.stdlib_module_names}


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


def named(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(text).name) for text in requirements}


_installed = cache(packages_distributions)


def distributions(module: str) -> set[str]:
    found = {canonicalize_name(name) for name in _installed().get(module, ["nothing installed"])}
    return found | {canonicalize_name(BROUGHT_ALONG[module])} if module in BROUGHT_ALONG else found


def test_a_bare_install_brings_opentelemetry_and_nothing_else():
    base = [text for text in requires("burnline") or [] if "extra ==" not in text]
    assert base
    assert [name for name in named(base) if not name.startswith("opentelemetry-")] == []


def test_instrumentation_imports_opentelemetry_and_litellm_only_in_its_adapter():
    found = imported("instrumentation")
    assert found.keys() == {"opentelemetry", "litellm"}
    assert {name for name in found["litellm"] if "litellm" not in name} == set()


@pytest.mark.parametrize("package", [*PACKAGES, "burnline"])
def test_everything_imported_is_declared(package):
    extras = project()["optional-dependencies"]
    declared = named([*project()["dependencies"], *extras["server"], *extras["litellm"]])
    if package == "analytics":
        declared |= {
            "genai-prices"
        }  # `burnline prices import` says how to get it; the server reads the data made from it
    undeclared = {
        module: sorted(names) for module, names in imported(package).items() if not declared & distributions(module)
    }
    assert undeclared == {}


def test_everything_declared_for_the_server_is_used():
    modules = {module for package in (*PACKAGES, "burnline") for module in imported(package)}
    used = set().union(*(distributions(module) for module in modules))
    read_as_files = {"tzdata", "plotly"}  # by the standard library; by the browser
    assert named(project()["optional-dependencies"]["server"]) - used - read_as_files == set()


def test_the_lock_answers_for_every_dependency_as_it_is_declared():
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    own = next(package for package in lock["package"] if package["name"] == "burnline")
    assert own["version"] == project()["version"]
    locked = {(row["name"], str(_specifier(row))) for row in own["metadata"]["requires-dist"]}
    extras = project()["optional-dependencies"].values()
    declared = [Requirement(text) for text in (*project()["dependencies"], *(row for rows in extras for row in rows))]
    assert locked == {(canonicalize_name(r.name), str(r.specifier)) for r in declared}


def _specifier(row: dict[str, str]) -> object:
    return Requirement(f"{row['name']}{row.get('specifier', '')}").specifier


def test_versions_are_the_same_wherever_they_are_said():
    version = project()["version"]
    assert f"image: burnline:{version}\n" in (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest
    assert newest[1].rstrip(",") == version


def test_the_container_is_built_with_the_uv_that_sets_up_the_tree():
    pinned = re.search(r"^UV_VERSION=(\S+)$", (ROOT / ".ci/set-up").read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned
    assert f"uv=={pinned[1]}\n" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
