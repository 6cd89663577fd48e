"""Functions that return nothing, in every way of saying so: what they write to is their result."""

import numpy as np

from tests.cases import case

A4 = np.array([0.4, 1.1, -0.7, 0.9])
B4 = np.array([1.3, -0.2, 0.8, 0.5])


@case((A4, 3), (A4, 0), kernel=(0,))
def leaves_early(u, steps):
    if steps == 0:
        return
    for _ in range(steps):
        u[1:-1] += 0.1 * u[1:-1] * (u[2:] - u[:-2])


@case((A4,), (A4 * 9.0,), kernel=(0,))
def leaves_a_loop(u):
    for i in range(1, len(u)):
        u[i] *= u[i - 1]
        if abs(u[i]) > 3.0:
            return None
    u *= 0.5


def doubled(u):
    u[:-1] *= u[1:]


@case((A4,), kernel=(0,))
def hands_on_the_nothing_of_a_callee(u):
    return doubled(u)


@case((A4,), kernel=(0,))
def hands_on_the_nothing_of_numpy(u):
    return np.copyto(u, u * u[::-1])


@case((A4, B4), kernel=(0, 1))
def names_that_change_places(u, v):
    for _ in range(3):
        v[1:-1] = u[1:-1] * u[2:] - 0.3 * v[1:-1]
        u, v = v, u


@case((A4,), kernel=(0,))
def name_bound_anew(u):
    u[0] *= u[1]
    u = u * 2.0
    u[1] = 5.0 * u[0]


@case(([A4, B4],), ((A4, B4),), kernel=(0,))
def every_array_of_a_row(states):
    for u in states:
        u *= u


@case(((A4, B4),))
def tuple_that_is_returned(states):
    for u in states:
        u[1:] *= u[:-1]
    return states


@case(({"u": A4, "v": B4},), kernel=(0,))
def arrays_of_a_dict(state):
    state["u"][1:] += state["v"][:-1] * state["u"][1:]
    state["v"] *= state["u"]


@case(([0.4, 1.1],), kernel=(0,))
def list_that_grows(history):
    for _ in range(3):
        history.append(history[-1] * (1.0 - history[-2]))


def grown(w, t):
    if w[0] > 0.1:
        w += np.array(w) * t


def turned(w, t):
    u = w
    if w[0] > 0.1:
        u += t * w[::-1]
        w -= t * np.sin(w)
        w += w


@case((A4, 0.3))
def callees_that_add_to_an_argument_what_they_make_of_it(u, t):
    grown(u, t)
    turned(u, t)
    grown(u[::-1], t)
    return np.sum(u * u)
