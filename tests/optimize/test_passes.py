"""Each pass on small pieces of IR: what it must do, and what it must leave alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from s2sad.ir.nodes import Function
from s2sad.optimize.accumulate import accumulate
from s2sad.optimize.algebra import simplify
from s2sad.optimize.branches import simplify_branches
from s2sad.optimize.common import share
from s2sad.optimize.copies import coalesce, propagate
from s2sad.optimize.counters import drop_counters
from s2sad.optimize.facts import Facts
from s2sad.optimize.liveness import drop_unread
from s2sad.optimize.motion import gather, unpack_parts
from s2sad.optimize.pipeline import optimise
from s2sad.optimize.tapes import read_backwards
from tests.optimize.build import function, text, types


def check(
    rewrite: Callable[[Function, Facts], Function],
    before: str,
    after: str | None = None,
    params: str = "",
    tapes: tuple[str, ...] = (),
    finished: Any = None,
    **names: str,
) -> None:
    """`after` None: the pass leaves it as it is."""
    made = rewrite(function(before, params), Facts(function(before, params), types(**names), tapes, finished))
    assert text(made) == text(function(before if after is None else after, params))


# ── copies ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_copy_is_read_through() -> None:
    check(
        propagate,
        "_1 = x\ny = _1 * _1\nreturn y",
        "_1 = x\ny = x * x\nreturn y",
    )


@pytest.mark.parametrize("rebinding", ["x = 2.0", "x += c", "if c:\n    x = 2.0", "for x in c:\n    break"])
def test_a_copy_of_what_is_bound_again_stays(rebinding: str) -> None:
    check(propagate, f"_1 = x\n{rebinding}\ny = _1 * 2.0\nreturn y", f="x _1")


def test_a_copy_is_not_read_through_at_the_head_of_a_loop_that_binds_it() -> None:
    check(propagate, "_1 = x\nfor i in r:\n    y = _1 * 2.0\n    x = y\nreturn x")


def test_a_users_copy_stays() -> None:
    check(propagate, "b = a\ny = b * b\nreturn y")


def test_a_copy_made_in_one_branch_is_forgotten_after_it() -> None:
    check(propagate, "if c:\n    _1 = x\nelse:\n    _1 = y\nz = _1 * 2\nreturn z")


def test_a_value_is_assigned_where_it_is_copied_to() -> None:
    check(coalesce, "_1 = t * x\nt = _1\nreturn t", "t = t * x\nreturn t")


def test_parts_are_assigned_where_they_are_copied_to() -> None:
    check(coalesce, "_1, _2 = items\nx = _1\ny = _2\nreturn y", "x, y = items\nreturn y")


@pytest.mark.parametrize(
    "between", ["tape.append(t)", "y = t + 1", "t = y", "if y:\n    t = y", "if y:\n    break"]
)
def test_a_stand_in_stays_where_the_variable_is_used_in_between(between: str) -> None:
    block = f"_1 = u * x\n{between}\nt = _1".replace("\n", "\n    ")
    check(coalesce, f"for i in r:\n    {block}\nreturn t")


def test_a_stand_in_that_outlives_the_variable_stays() -> None:
    check(coalesce, "_1 = u * x\nt = _1\nt = t * 2\ny = _1 * t\nreturn y")


# ── motion ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_push_moves_ahead_of_the_value() -> None:
    before = function("_1 = t * x\nt_tape.append(t)\nt = _1\nreturn t")
    made = gather(before, Facts(before, types(v="t x _1"), ("t_tape",)))
    first, second, third, last = before.body
    assert made.body == (second, first, third, last)


def test_a_users_append_stays_behind_a_value_that_reads_an_object() -> None:
    before = function("_1 = t * x\nitems.append(t)\nt = _1\nreturn t")
    assert gather(before, Facts(before, types(v="t x _1"))) == before


def test_a_sum_moves_up_to_its_value() -> None:
    check(
        gather,
        "_4 = t_bar * t\nt_bar = t_bar * x\nx_bar = x_bar + _4\nreturn x_bar",
        "_4 = t_bar * t\nx_bar = x_bar + _4\nt_bar = t_bar * x\nreturn x_bar",
        f="_4 t_bar t x x_bar",
    )


def test_arrays_that_may_be_one_object_are_not_moved_past_a_change() -> None:
    check(gather, "_1 = a * b\nc += d\ny = _1\nreturn y", params="a b c d", v="a b c d _1 y")
    check(gather, "_1 = a * b\nc[0] = d\ny = _1\nreturn y", params="a b c d", v="a b c _1 y", f="d")


def test_an_array_of_its_own_does_not_disturb() -> None:
    check(
        gather,
        "c = np.zeros_like(a)\n_1 = a * b\nc += d\ny = _1 * 2\nreturn y",
        "c = np.zeros_like(a)\nc += d\n_1 = a * b\ny = _1 * 2\nreturn y",
        v="a b c d _1 y",
    )


@pytest.mark.parametrize("alias", ["e = c", "e = c[1:]", "e = (c, d)", "keep.append(c)"])
def test_an_array_with_a_second_name_does_disturb(alias: str) -> None:
    source = f"c = np.zeros_like(a)\n{alias}\n_1 = a * b\nc += d\ny = _1 * 2\nreturn y"
    before = function(source)
    assert gather(before, Facts(before, types(v="a b c d e _1 y"))) == before


def test_copies_move_up_to_what_they_are_unpacked_from() -> None:
    before = function("_1, _2 = items\nx_tape.append(x)\nx = _1\ny_tape.append(y)\ny = _2\nreturn y")
    made = gather(before, Facts(before, types(f="x y _1 _2"), ("x_tape", "y_tape")))
    unpack, push_x, x, push_y, y, last = before.body
    assert made.body == (push_x, push_y, unpack, x, y, last)


def test_copies_do_not_pass_a_read_of_what_they_bind() -> None:
    check(gather, "_1, _2 = items\nx = _1\nz = x * 2\ny = _2\nreturn z", f="x y z _1 _2")


def test_parts_of_a_result_are_unpacked() -> None:
    callee = function("_grads = (a, b)\nreturn _grads", "a b")
    parts = "_1 = g(x)\n_2 = _1[0]\n_3 = _1[1]\ny = _2 * _3\nreturn y"
    check(unpack_parts, parts, "_1 = g(x)\n_2, _3 = _1\ny = _2 * _3\nreturn y", finished={"g": callee})
    check(unpack_parts, parts)  # how many parts there are is not known
    check(unpack_parts, "_1 = g(x)\n_2 = _1[0]\nreturn _2", finished={"g": callee})


# ── sums ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sum_of_numbers_is_added_to() -> None:
    check(
        accumulate,
        "x_bar = a * b\nif c:\n    x_bar = x_bar + a\nreturn x_bar",
        "x_bar = a * b\nif c:\n    x_bar += a\nreturn x_bar",
        f="x_bar a b",
    )


def test_a_negative_contribution_is_subtracted() -> None:
    check(
        accumulate,
        "x_bar = 1.0\n_1 = -a\nx_bar = x_bar + _1\nreturn x_bar",
        "x_bar = 1.0\nx_bar -= a\nreturn x_bar",
        f="x_bar a _1",
    )


def test_a_negative_factor_is_subtracted() -> None:
    check(
        accumulate,
        "_1 = -a\n_2 = _1 * 2\nu_bar[1:] += _2\nreturn u_bar",
        "_2 = a * 2\nu_bar[1:] -= _2\nreturn u_bar",
        params="u_bar a",
        v="u_bar a _1 _2",
    )
    check(
        accumulate,
        "_1 = -a\na[0] = 1.0\nu_bar[1:] += _1\nreturn u_bar",
        params="u_bar a",
        v="u_bar a _1",
    )


def test_nothing_is_added_to_zero() -> None:
    check(accumulate, "x_bar = 0.0\nx_bar = x_bar + a\nreturn x_bar", "x_bar = a\nreturn x_bar", f="x_bar a")


def test_an_argument_is_not_added_to_in_place() -> None:
    """It may be an array of rank 0 of the caller's."""
    check(accumulate, "x_bar = y_bar\nx_bar = x_bar + a\nreturn x_bar", params="y_bar", f="x_bar y_bar a")
    check(accumulate, "x_bar = d[0]\nx_bar = x_bar + a\nreturn x_bar", params="d", f="x_bar a")


def test_an_array_is_not_added_to_in_place() -> None:
    check(accumulate, "x_bar = f(a)\nx_bar = x_bar + a\nreturn x_bar", v="x_bar a b")
    check(
        accumulate,
        "x_bar = a * b\nx_bar = x_bar + a\nreturn x_bar",
        "_o1 = a * b\nx_bar = _o1 + a\nreturn x_bar",
        v="x_bar a b",
    )


def test_a_negative_start_is_subtracted() -> None:
    check(
        accumulate,
        "_1 = a * b\nx_bar = -_1\n_2 = a + b\nx_bar = x_bar + _2\nreturn x_bar",
        "_1 = a * b\n_2 = a + b\nx_bar = _2 - _1\nreturn x_bar",
        v="x_bar a b _1 _2",
    )


def test_zero_before_a_loop_stays() -> None:
    check(
        accumulate,
        "x_bar = 0.0\nfor i in r:\n    x_bar = x_bar + a\nreturn x_bar",
        "x_bar = 0.0\nfor i in r:\n    x_bar += a\nreturn x_bar",
        f="x_bar a",
    )


# ── liveness ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_store_that_is_overwritten_goes() -> None:
    check(drop_unread, "t = a\nt = b\nreturn t", "t = b\nreturn t")


def test_a_store_that_the_next_round_reads_stays() -> None:
    check(drop_unread, "t = a\nfor i in r:\n    y = t * 2\n    t = 0.0\nreturn y")


def test_a_store_that_the_next_round_overwrites_goes() -> None:
    check(
        drop_unread,
        "y = 0.0\nfor i in r:\n    t = a * i\n    y = y + t\n    t = 0.0\nreturn y",
        "y = 0.0\nfor i in r:\n    t = a * i\n    y = y + t\nreturn y",
    )


def test_a_store_before_a_loop_that_may_not_run_stays() -> None:
    check(drop_unread, "t = a\nfor i in r:\n    t = i\nreturn t")


def test_a_store_before_a_break_stays_if_it_is_read_behind_the_loop() -> None:
    check(drop_unread, "t = 0\nfor i in r:\n    if i:\n        t = 1\n        break\n    t = 2\nreturn t")


def test_a_store_in_one_branch_goes_if_both_overwrite_it() -> None:
    check(
        drop_unread,
        "t = a\nif c:\n    t = 1\nelse:\n    t = 2\nreturn t",
        "if c:\n    t = 1\nelse:\n    t = 2\nreturn t",
    )
    check(drop_unread, "t = a\nif c:\n    t = 1\nreturn t")


def test_calls_and_pops_stay() -> None:
    check(drop_unread, "t = t_tape.pop()\nu = f(t)\nreturn c")


def test_an_addition_to_an_array_stays_if_others_may_hold_it() -> None:
    check(drop_unread, "b = a\nb += c\nreturn a", params="a", v="a b c")
    check(drop_unread, "b = a * 2\nb += c\nreturn a", "return a", params="a", v="a b c")


def test_a_suppressing_context_keeps_what_is_read_behind_it() -> None:
    check(drop_unread, "with c:\n    t = 1\n    u = f(t)\n    t = 2\nreturn t")


# ── algebra ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_spread_number_is_a_factor_itself() -> None:
    check(
        simplify,
        "_1 = np.shape(b)\n_s2 = np.broadcast_to(c, _1)\n_s3 = b * _s2\nreturn _s3",
        "_1 = np.shape(b)\n_s2 = np.broadcast_to(c, _1)\n_s3 = b * c\nreturn _s3",
        params="b c",
        f="c",
        v="b _s2 _s3",
    )


def test_a_sum_of_products_is_a_dot_product() -> None:
    check(
        simplify,
        "_s1 = a * b\n_s2 = np.sum(_s1)\nreturn _s2",
        "_s1 = a * b\n_s2 = np.vdot(a, b)\nreturn _s2",
        params="a b",
        v="a b _s1",
    )


def test_a_product_of_arrays_that_change_before_the_sum_stays() -> None:
    check(simplify, "_s1 = a * b\na[0] = 1.0\n_s2 = np.sum(_s1)\nreturn _s2", params="a b", v="a b _s1")


def test_one_times_a_number() -> None:
    check(simplify, "_s1 = 1 * x\nreturn _s1", "_s1 = x\nreturn _s1", params="x", f="x _s1")


def test_one_times_an_array_is_a_new_array() -> None:
    check(simplify, "_s1 = 1 * x\n_s1 += x\nreturn _s1", params="x", v="x _s1")
    check(simplify, "_s0 = -x\n_s1 = -_s0\n_s1 += x\nreturn _s1", params="x", v="x _s1 _s0")


def test_an_argument_is_not_bound_to_what_is_added_to() -> None:
    """It may be an array of rank 0 of the caller's."""
    check(simplify, "_s0 = -y\nx_bar = -_s0\nx_bar += a\nreturn x_bar", params="y a", f="x_bar y a _s0")


def test_what_the_user_wrote_stays() -> None:
    check(simplify, "y = 1 * x\nreturn y", params="x", f="x y")


# ── common values ────────────────────────────────────────────────────────────────────────────────────────


def test_a_value_is_computed_once() -> None:
    check(
        share,
        "_1 = np.exp(x)\n_s2 = np.exp(x)\ny = _1 * _s2\nreturn y",
        "_1 = np.exp(x)\n_s2 = _1\ny = _1 * _s2\nreturn y",
        params="x",
        v="x _1 _s2 y",
    )


@pytest.mark.parametrize("change", ["x = y", "x[0] = 1.0", "x += y", "g(x)", "for i in r:\n    y[0] = i"])
def test_a_value_of_what_has_changed_is_computed_again(change: str) -> None:
    before = function(f"_1 = np.exp(x)\n{change}\n_s2 = np.exp(x)\nz = _1 * _s2\nreturn z", "x y")
    assert share(before, Facts(before, types(v="x y _1 _s2 z"))) == before


def test_an_array_that_is_added_to_is_not_shared() -> None:
    check(
        share, "_1 = np.exp(x)\n_s2 = np.exp(x)\n_s2 += x\ny = _1 * _s2\nreturn y", params="x", v="x _1 _s2 y"
    )
    check(
        share,
        "_1 = np.exp(x)\n_s2 = np.exp(x)\nb = _s2\nb += x\ny = _1 * b\nreturn y",
        params="x",
        v="x _1 _s2 b y",
    )


def test_a_value_of_a_branch_is_not_known_behind_it() -> None:
    check(share, "if c:\n    _1 = np.exp(x)\n_s2 = np.exp(x)\nreturn _s2", params="x c", f="x _1 _s2")


# ── counters and branches ────────────────────────────────────────────────────────────────────────────────

COUNTED = """
trips = 0
_1 = range({count})
for k in _1:
    trips = trips + 1
    if x:
        break
{between}
_s2 = trips - 1
_s3 = range(_s2, -1, -1)
for k in _s3:
    x = x + k
return x
"""


def test_the_target_stands_in_for_the_counter() -> None:
    check(
        drop_counters,
        COUNTED.format(count=50, between="y = 1"),
        """
_1 = range(50)
for k in _1:
    if x:
        break
y = 1
_s2 = k
_s3 = range(_s2, -1, -1)
for k in _s3:
    x = x + k
return x
""",
    )


@pytest.mark.parametrize(
    ("count", "between"), [("n", "y = 1"), ("0", "y = 1"), ("50", "k = 1"), ("50", "y = trips")]
)
def test_the_counter_stays(count: str, between: str) -> None:
    check(drop_counters, COUNTED.format(count=count, between=between))


def test_an_empty_branch() -> None:
    check(
        simplify_branches,
        "if c:\n    pass\nelse:\n    x = 1\nreturn x",
        "_o1 = not c\nif _o1:\n    x = 1\nreturn x",
    )


def test_a_test_whose_answer_is_known() -> None:
    check(simplify_branches, "if True:\n    x = 1\nelse:\n    x = 2\nreturn x", "x = 1\nreturn x")


def test_branches_that_are_alike() -> None:
    check(simplify_branches, "if c:\n    x = 1\nelse:\n    x = 1\nreturn x", "x = 1\nreturn x")


# ── together ─────────────────────────────────────────────────────────────────────────────────────────────


def test_switches() -> None:
    class Off:
        copyprop = dce = fold = cse = counters = branches = accumulate = merge = False

    before = function("x_bar = a * b\n_1 = a * b\nx_bar = x_bar + _1\nreturn x_bar", "a b")
    assert optimise(before, types(f="x_bar a b _1"), options=Off()) == before
    made = optimise(before, types(f="x_bar a b _1"))
    assert text(made).endswith("return x_bar") and made != before


def test_two_signs_of_a_product_cancel() -> None:
    check(
        simplify,
        "_s1 = -a\n_s2 = _s1 / b\n_s3 = _s2 * c\n_s4 = -_s3\nreturn _s4",
        "_s1 = -a\n_s2 = a / b\n_s3 = _s2 * c\n_s4 = _s3\nreturn _s4",
        "a b c",
        v="a b c _s1 _s2 _s3 _s4",
    )


def test_a_sign_that_is_read_twice_stays() -> None:
    text = "_s1 = -a\n_s2 = _s1 * c\n_s3 = -_s2\n_s4 = _s3 + _s1\nreturn _s4"
    check(simplify, text, params="a c", v="a c _s1 _s2 _s3 _s4")


def test_a_sign_stays_on_an_array_that_is_written_meanwhile() -> None:
    text = "_s1 = -a\na[0] = 1.0\n_s2 = _s1 * c\n_s3 = -_s2\nreturn _s3"
    check(simplify, text, params="a c", v="a c _s1 _s2 _s3")


# ── tapes ────────────────────────────────────────────────────────────────────────────────────────────────

FORWARD = """\
a_tape = []
b_tape = []
_r = range(n)
for _k in _r:
    a_tape.append(x)
    x = x * x
    b_tape.append(x)
"""
BACKWARD = """\
_1 = n - 1
_q = range(_1, -1, -1)
for i in _q:
    a = a_tape.pop()
    b = b_tape.pop()
    _2 = c * a
    c = _2 + b
return c"""


def read_back(forward: str, backward: str, after: str | None = None) -> None:
    tapes = ("a_tape", "b_tape")
    before = function(forward + backward, "x n c")
    made = read_backwards(before, Facts(before, {}, tapes))
    assert text(made) == text(function(forward + (backward if after is None else after), "x n c"))


def test_pops_of_a_whole_loop_go_through_the_lists() -> None:
    after = """\
_1 = n - 1
_q = range(_1, -1, -1)
_o1 = a_tape[::-1]
_o2 = b_tape[::-1]
_o3 = zip(_o1, _o2)
for _o4 in _o3:
    a, b = _o4
    _2 = c * a
    c = _2 + b
return c"""
    read_back(FORWARD, BACKWARD, after)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    c = _2 + b", "    c = _2 + i"),  # the counter is read
        ("_1 = n - 1", "_1 = n - 2"),  # fewer rounds
        ("_1 = n - 1", "_1 = x - 1"),  # another number of rounds
        ("    b = b_tape.pop()\n    _2 = c * a\n", "    _2 = c * b\n    b = b_tape.pop()\n"),  # read before
        ("return c", "a_tape.append(c)\nreturn a_tape"),  # a list that is used elsewhere
    ],
)
def test_pops_that_are_not_all_of_a_tape_stay(old: str, new: str) -> None:
    read_back(FORWARD, BACKWARD.replace(old, new))


@pytest.mark.parametrize("inner", ["    if x:\n        break\n", "    if x:\n        a_tape.append(x)\n"])
def test_a_loop_that_need_not_append_in_each_round_keeps_its_pops(inner: str) -> None:
    read_back(FORWARD.replace("    x = x * x\n", inner), BACKWARD)
