"""Importing s2sad is cheap, and loads nothing that only the emitter or the command needs."""

import subprocess
import sys

import pytest

import s2sad

CODE = """
import sys, time
start = time.perf_counter()
import s2sad
elapsed = time.perf_counter() - start
print(elapsed, *(name for name in ("black", "rich", "typer", "click", "libcst", "numpy") if name in sys.modules))
"""
USE = """
import sys
import s2sad
s2sad.grad(len)
print(0, *(name for name in ("black", "rich", "typer", "click") if name in sys.modules))
"""


def run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    elapsed, *loaded = done.stdout.split()
    return float(elapsed), loaded


def test_import_is_fast():
    elapsed, loaded = min(run(CODE) for _ in range(3))
    assert elapsed < 0.4 and loaded == []


def test_use_loads_neither_formatter_nor_command():
    assert run(USE)[1] == []


def test_exports():
    for name in s2sad.__all__:
        assert getattr(s2sad, name) is not None
    assert set(s2sad.__all__) <= set(dir(s2sad))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        s2sad.nothing
