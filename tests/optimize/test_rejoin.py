"""Variables that share a name in the end: which may, and which may not."""

from __future__ import annotations

from s2sad.names import MadeUp
from s2sad.optimize.facts import Facts
from s2sad.optimize.rejoin import rejoin
from tests.optimize.build import function, text, types


def rejoined(body: str, params: str = "", results: tuple[str, ...] = (), **wishes: str) -> str:
    made_up = MadeUp()
    made_up.wishes |= wishes
    made_up.results.update(results)
    made = function(body, params)
    return text(rejoin(made, Facts(made, types()), made_up))


def expected(body: str, params: str = "") -> str:
    return text(function(body, params))


def test_a_parameter_that_is_dead_gives_its_name_back() -> None:
    body = "{u} = copy(u)\n{u}[0] = 2\nreturn {u}"
    assert rejoined(body.format(u="u_1"), "u", u_1="u") == expected(body.format(u="u"), "u")


def test_a_parameter_that_is_read_later_keeps_its_name() -> None:
    body = "u_1 = copy(u)\nw = u * u_1\nreturn w"
    assert rejoined(body, "u", u_1="u") == expected(body, "u")


def test_what_the_next_round_reads_is_live() -> None:
    body = "for i in r:\n    t = u * u_1\n    u_1 = t\nreturn u_1"
    assert rejoined(body, "u r u_1", u_1="u") == expected(body, "u r u_1")


def test_two_values_that_are_live_together_stay_two() -> None:
    body = "x_1 = a * 2\nx = a * 3\ny = x + x_1\nreturn y"
    assert rejoined(body, "a", x_1="x") == expected(body, "a")


def test_the_adjoint_follows_its_variable() -> None:
    assert rejoined("u_1_bar = f(y_bar)\nu_bar = u_1_bar\nreturn u_bar", "y_bar", u_1="u") == expected(
        "u_bar = f(y_bar)\nreturn u_bar", "y_bar"
    )


def test_an_adjoint_that_goes_on_by_itself_is_not_the_seed() -> None:
    body = "t_bar = y_bar\nfor i in r:\n    t_bar = t_bar * 2\nreturn t_bar"
    assert rejoined(body, "y_bar r") == expected(body, "y_bar r")


def test_another_name_for_the_seed_goes() -> None:
    assert rejoined("t_bar = y_bar\nx_bar = t_bar * 2\nreturn x_bar", "y_bar") == expected(
        "x_bar = y_bar * 2\nreturn x_bar", "y_bar"
    )


def test_a_users_copy_stays() -> None:
    body = "b = a * 2\nc = b\nreturn c"
    assert rejoined(body, "a") == expected(body, "a")


def test_a_result_of_the_compilers_goes() -> None:
    assert rejoined("t = a * 2\ny = t\nreturn y", "a", results=("y",)) == expected("t = a * 2\nreturn t", "a")


def test_a_name_from_outside_is_not_hidden() -> None:
    body = "sum_1 = a * 2\nb = sum(sum_1)\nreturn b"
    assert rejoined(body, "a", sum_1="sum") == expected(body, "a")


def test_what_one_branch_reads_is_live() -> None:
    body = "x_1 = a * 2\nif a:\n    x = a * 3\n    y = x * x_1\nelse:\n    y = x_1\nreturn y"
    assert rejoined(body, "a", x_1="x") == expected(body, "a")
