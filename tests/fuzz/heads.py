"""What every program starts with: classes and functions that it may use."""

HEAD = """\
from typing import NamedTuple

import numpy as np

W = np.array([[0.3, -0.5, 0.2], [0.6, 0.1, -0.4], [-0.2, 0.7, 0.5]])
GAIN = 1.25


class Box:
    def __init__(self, p, q=0.5):
        self.p = p
        self.q = q

    def step(self, t):
        self.p = np.sin(self.p + t)
        self.q += 0.5 * self.p
        return self.q

    @property
    def product(self):
        return np.tanh(self.p * self.q)

    def __call__(self, t):
        return np.cos(self.p * t) + self.q


def both(t, u=0.7):
    return np.sin(t * u), t + 0.5 * u


def push(items, t):
    items.append(np.tanh(t))
    return items


def apply(f, t):
    return f(np.sin(t)) + f(0.3)


def spiral(t, n):
    if n == 0:
        return np.sin(t)
    return 0.5 * spiral(t * 0.9 + 0.1, n - 1) + np.tanh(t)


def terms(t, n):
    p = t
    for k in range(n):
        p = np.sin(p + k * t)
        yield p


def total(*parts, scale=1.0):
    s = 0.0
    for part in parts:
        s = s * 0.5 + part * scale
    return s
"""

ARRAY_HEAD = """

def bump(u, t):
    u[0] = np.sin(u[1] + t)
    u[1:] *= 0.5


def shifted(u, t):
    u += t
    return u


def rest(u):
    return u[1:]


def choose(u, w, first):
    return u if first else w


def same(u):
    return u


def kept(u, n):
    for k in range(n):
        if np.max(u) > 9.0 + k:
            break
    return u


def since(u, n):
    while n > 1:
        n -= 1
    return u[n:]


def relax(u, w):
    u[1:] = 0.5 * w[:-1] + np.sin(u[1:])
    w[0] -= u[0]


def crumble(u, n):
    if n == 0 or len(u) < 2:
        return
    u[0] *= u[1]
    crumble(u[1:], n - 1)


def first_of(u, w):
    u[0] = w[-1]
    return w, u


def unless(u, t):
    if t > 0.3:
        return None
    u *= t
    return None


def recorded(u, n):
    h = np.zeros((n + 1, len(u)))
    h[0] = u
    for k in range(n):
        h[k + 1] = np.tanh(h[k] + u)
        if h[k + 1, 0] > 0.9:
            return h[k]
    return h[-1]


def rows(m):
    for row in m:
        yield row


def ends(u):
    yield u[:2]
    yield u[1:]


def spread(pack, t):
    for u in pack:
        u[0] += t
    pack[0] = pack[-1] * 0.5


def heat(cells, t):
    cells['u'][1:] += t
    cells['w'] = cells['u'] * cells['w']


class Point(NamedTuple):
    u: np.ndarray
    s: float


class State:
    def __init__(self, u, w):
        self.u = u
        self.w = w

    def step(self, t):
        self.u[1:] += t * self.w[:-1]
        self.w *= 0.5

    def exchange(self):
        self.u, self.w = self.w, self.u

    def view(self):
        return self.u[1:]


def kick(state, t):
    state.w = np.sin(state.u + t)
    state.u[0] = t


def stir(pair, t):
    u, w = pair
    u[1:] *= np.cos(t)
    w += 0.5 * u


def scaled(*parts, t=0.5):
    for u in parts:
        u *= t
    return parts[-1]


def twin(u):
    return u, u


def cross(nest, t):
    for u, w in nest:
        u[0] += t * w[1]


class Two(NamedTuple):
    u: np.ndarray
    w: np.ndarray


class Bank:
    def __init__(self, u, w):
        self.pair = (u, w)
        self.log = [w * 0.5]

    def tick(self, t):
        u, w = self.pair
        u[0] += t * w[1]
        self.log[0] *= 0.9

    def note(self, u):
        self.log.append(u)
        return self.log[-1]

    def flip(self):
        self.pair = (self.pair[1], self.pair[0])

    def lift(self, t):
        for u in self.pair:
            u[1:] -= t
        stir(self.pair, t)
"""
