"""The README and the written pages: what they show as output is what comes out."""

import re
import subprocess
import sys

import pytest

import s2sad
from docs.examples import PAGES, ROOT
from docs.survey import f, main
from s2sad.errors import CODES, S2sadError
from samples import survey


@pytest.mark.parametrize("page", PAGES)
def test_outputs_are_fresh(page):
    """In a process of its own, since a page may declare rules."""
    done = subprocess.run(
        [sys.executable, "-m", "docs.examples", "--check", page], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nto accept: python -m docs.examples {page}"


def refused():
    """The table of refusals in docs/language.md: code, example, modes."""
    text = (ROOT / "docs/language.md").read_text(encoding="utf-8")
    return re.findall(r"^\| (S2S\d{3}) \| `([^`]+)` \| (both|reverse) \|", text, re.MULTILINE)


def test_there_are_refusals():
    assert len(refused()) > 20
    assert {code for code, _, _ in refused()} <= CODES.keys()


PREAMBLE = """\
import datetime
import json

import numpy as np

import s2sad

LEVEL = 1.0


def f(x):
    {}
"""


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize("code, example, modes", refused())
def test_refusals(code, example, modes, mode, tmp_path):
    """Each example of the table is the body of a function of x, and is refused with the code beside it."""
    path = tmp_path / "refused.py"
    path.write_text(PREAMBLE.format("\n    ".join(example.replace("; ", "\n").splitlines())))
    namespace = {"__name__": "refused"}
    exec(compile(path.read_text(), str(path), "exec"), namespace)
    if modes not in ("both", mode):
        wanted = (namespace["f"](1.3 + 1e-6) - namespace["f"](1.3 - 1e-6)) / 2e-6
        assert s2sad.jvp(namespace["f"], (1.3,), (1.0,))[1] == pytest.approx(wanted, rel=1e-4)
        return
    with pytest.raises(S2sadError) as caught:
        if mode == "forward":
            s2sad.jvp(namespace["f"], (1.3,), (1.0,))
        else:
            s2sad.vjp(namespace["f"], 1.3)
    assert code in {finding.code for finding in caught.value.diagnostics}
    assert any(finding.span.line for finding in caught.value.diagnostics)


def test_the_traced_function_is_the_sample(capsys):
    assert f(2.0, 5.0) == survey.f(2.0, 5.0)
    main()
    printed = capsys.readouterr().out
    assert all(number in printed for number in ("11.652", "5.500", "1.716"))


def test_set_up_commands():
    """The two lines that `.ci/run` and newcomers rely on."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert (
        "python3.11 -m venv .venv && .venv/bin/pip install . && .venv/bin/s2sad gen samples/survey.py\n"
        in text
    )
    assert (
        'python3.11 -m venv .venv-test && .venv-test/bin/pip install -e ".[test]" && .venv-test/bin/python -m pytest -n 2\n'
        in text
    )
