"""Sums of adjoints on one line: where they are merged, and where something stands in between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from s2sad.ir.nodes import Ref
from s2sad.optimize.again import compute_again
from s2sad.optimize.facts import Facts
from s2sad.optimize.merge import fold_single, merge_sums, turn_signs
from tests.optimize.build import function, text, types

NAMES = {"f": "x_bar y_bar a b c s _1 _2", "v": "v_bar u w _3 _4"}


def merged(before: str, params: str = "a b c s u w", **names: str) -> str:
    made = function(before, params)
    return text(merge_sums(made, Facts(made, types(**(names or NAMES)))))


def unchanged(before: str) -> bool:
    return merged(before) == text(function(before, "a b c s u w"))


def test_two_additions() -> None:
    found = merged("x_bar = 0.0\nx_bar += a\ny_bar = a * c\nx_bar += b\nreturn x_bar")
    assert "x_bar += " not in found and found.count("x_bar = ") == 1


def test_in_place_additions_to_an_array_stay_in_place() -> None:
    found = merged("v_bar = u * w\nfor i in s:\n    v_bar += u\n    v_bar -= w\nreturn v_bar")
    assert found.count("v_bar += ") == 1 and "u - w" in found


@pytest.mark.parametrize(
    ("first", "second", "sign"), [("-=", "-=", "u + w"), ("-=", "+=", "w - u"), ("+=", "-=", "u - w")]
)
def test_signs(first: str, second: str, sign: str) -> None:
    found = merged(f"v_bar = u * w\nfor i in s:\n    v_bar {first} u\n    v_bar {second} w\nreturn v_bar")
    assert sign in found


@pytest.mark.parametrize(
    "between", ["y_bar = x_bar * c", "a = 2.0", "if c:\n    x_bar = 0.0", "for i in s:\n    x_bar += c"]
)
def test_what_is_read_or_bound_in_between(between: str) -> None:
    """The first value cannot move down, nor the second one up."""
    assert unchanged(f"x_bar = a * c\n{between}\na = a * 2.0\nx_bar = x_bar + a\nreturn x_bar")


def test_a_part_of_a_buffer_is_added_to_in_place() -> None:
    assert unchanged("v_bar = u[1:]\nv_bar += w\nreturn u")


def test_what_is_not_known_to_be_numbers() -> None:
    before = "x_bar = a + b\nx_bar += c\nreturn x_bar"
    assert merged(before, v="") == text(function(before, "a b c s u w"))


def test_no_room() -> None:
    names = [f"{'long' * 6}_{n}" for n in range(4)]
    before = "x_bar = {} * {}\n_1 = {} * {}\nx_bar += _1\nreturn x_bar".format(*names)
    kept = merged(before, f=" ".join(["x_bar", "_1", *names]))
    assert kept == text(function(before, "a b c s u w"))


# ── signs, adjoints that are read once, values computed again ────────────────────────────────────────────


def after(rewrite, before: str, **names: str) -> str:
    made = function(before, "a b c s u w")
    return text(rewrite(made, Facts(made, types(**(names or NAMES)))))


def test_sums_take_the_sign_of_a_negative() -> None:
    before = "y_bar = a * b\n_1 = -y_bar\n_2 = _1 * c\nx_bar += _2\nz_bar = _1\nreturn x_bar"
    found = after(turn_signs, before)
    assert "_2 = y_bar * c" in found and "x_bar -= _2" in found


def test_a_negative_of_what_is_bound_again_stays() -> None:
    before = "y_bar = a * b\n_1 = -y_bar\ny_bar = c\n_2 = _1 * c\nx_bar += _2\nz_bar = _1\nreturn x_bar"
    assert after(turn_signs, before) == text(function(before, "a b c s u w"))


def test_an_adjoint_that_is_read_once() -> None:
    found = after(fold_single, "y_bar = a * b\nx_bar = y_bar / c\nreturn x_bar")
    assert "x_bar = %y_bar / c" in found.replace("_y_bar", "%y_bar")


@pytest.mark.parametrize("between", ["a = 2.0", "z_bar = y_bar", "for i in s:\n    b = i"])
def test_an_adjoint_that_stays(between: str) -> None:
    before = f"y_bar = a * b\n{between}\nx_bar = y_bar / c\nreturn x_bar"
    assert after(fold_single, before) == text(function(before, "a b c s u w"))


@pytest.mark.parametrize(
    ("between", "again"), [("x_bar = a", True), ("a = 2.0", False), ("for i in s:\n    b = _1", False)]
)
def test_a_number_that_each_sweep_reads_is_computed_again(between: str, again: bool) -> None:
    before = f"_1 = g(a)\nb = _1 * c\n{between}\ny_bar = _1 * b\nreturn y_bar"
    made = function(before, "a c s")
    sines = replace(made.body[0], value=replace(made.body[0].value, func=Ref("math.sin", None)))
    made = replace(made, body=(sines, *made.body[1:]))
    found = text(compute_again(made, Facts(made, types(f="a b c _1 y_bar"))))
    assert (found.count("math.sin(a)") == 2) == again
