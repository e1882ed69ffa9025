"""What the contracts look at: the source as syntax trees, the tools as modules."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "linli"


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def trees():
    """Every Python file of the source by its path below ``linli``, parsed; migrations left out."""
    return {
        path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(SOURCE.rglob("*.py"))
        if "migrations" not in path.parts
    }


def _tool(name):
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def generate_reference():
    return _tool("generate_reference")


@pytest.fixture(scope="session")
def translations():
    return _tool("translations")
