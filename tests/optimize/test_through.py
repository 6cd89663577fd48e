"""Adjoints of parts are written to the whole at once, where nothing in between reads that."""

import numpy as np

from s2sad import check_grads, grad

W = np.array([[0.3, -0.5, 0.2], [0.6, 0.1, -0.4]])


def rows(w, x):
    total = 0.0
    for i in range(len(w)):
        row = w[i]
        total += row[0] * x + np.sin(row[1:] * x) @ row[:2]
    return total


def row_that_is_read_again(w, x):
    total = 0.0
    for i in range(len(w)):
        row = w[i].copy()
        row[1:] *= x
        total += row[0] * np.sum(row**2)
    return total


def test_parts_of_rows_are_added_to_the_whole_array() -> None:
    gradient = grad(rows)
    gradient(W, 0.7)
    assert gradient.source.count("zeros_like") == 1  # that of the whole array
    assert "w_bar[i, 0] +=" in gradient.source
    check_grads(rows, (W, 0.7))


def test_a_row_whose_adjoint_is_read_has_one_of_its_own() -> None:
    check_grads(row_that_is_read_again, (W, 0.7))
