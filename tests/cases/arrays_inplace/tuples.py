"""Tuples of arrays that are written to: with one array at two places, in objects and lists, and by callees."""

import numpy as np

from tests.cases import case

X = np.array([0.37, -0.92, 0.64])


def twin(v):
    return v, v


def with_view(v):
    return v, v[1:]


def scale_first(p):
    p[0][1:] *= 2


def scale_unpacked(p):
    a, b = p
    a[1:] *= b[0]


def scale_each(p):
    for q in p:
        q *= 2


def scale_starred(*p):
    p[0][1:] *= p[1][0]


def scaled_by(*arrays, f=2.0):
    for a in arrays:
        a *= f


def advance(state, dt):
    u, velocity = state
    u += dt * velocity
    velocity -= dt * u


class Holder:
    def __init__(self, w, u):
        self.pair = (w, u)

    def step(self):
        self.pair[0][1:] *= 2

    def multiply(self):
        a, b = self.pair
        a *= b

    def mix(self):
        a = self.pair[0]
        b = self.pair[1]
        for _ in range(3):
            a += b * 0.5
            b -= a * 0.5

    def double(self):
        for a in self.pair:
            a *= 2


class Lists:
    def __init__(self, w, u):
        self.items = [(w, u)]

    def second(self):
        self.items[0][1][1:] *= self.items[0][0][0]

    def each(self):
        for a, b in self.items:
            a *= b

    def only(self):
        ((a, b),) = self.items
        a *= b


@case((X,))
def one_array_twice_from_a_callee(v):
    p = twin(v)
    p[1][1:] **= 2
    return np.sum(p[0]**2) + np.sum(p[1])


@case((X,))
def an_array_and_its_view(v):
    p = (v, v[1:])
    p[1][1:] **= 2
    return np.sum(p[0]**2) + np.sum(p[1])


@case((X,))
def an_array_and_its_view_from_a_callee(v):
    p = with_view(v)
    p[1][1:] **= 2
    return np.sum(p[0]**2) + np.sum(p[1])


@case((X,))
def one_array_twice_on_one_way(v):
    p = (v, v*2) if v[0]>0 else (v, v)
    p[1][1:] **= 2
    return np.sum(p[0]**2) + np.sum(p[1])


@case((X,))
def one_array_twice_in_a_loop(v):
    p = (v, v)
    for q in p:
        q[1:] **= 2
    return np.sum(p[0]**2) + np.sum(p[1])


@case((X,))
def one_array_twice_unpacked(v):
    p = (v, v)
    a, b = p
    a[1:] **= 2
    return np.sum(b**2) + np.sum(p[1])


@case((X,))
def one_array_twice_by_an_index_that_varies(v):
    w = v*2
    p = (w, w)
    for k in range(3):
        p[k % 2][1:] *= 1.5+v[0]
    return np.sum(p[0]**2) + np.sum(p[1])


@case((X,))
def a_pair_turned_round_in_a_loop(v):
    w = v*2
    p = (w, w)
    for k in range(3):
        p = (p[1], p[0])
        p[0][1:] *= 1.5+v[0]
    return np.sum(p[0]**2) + np.sum(p[1])


@case((X,))
def a_pair_of_an_element_twice(v):
    w = v*2
    p = (w, v*1)
    q = (p[0], p[0])
    q[0][1:] *= 1.5+v[0]
    return np.sum(q[0]**2) + np.sum(q[1])


@case((X,))
def one_array_twice_and_its_own_name(v):
    w = v*2
    p = (w, w)
    w[1:] *= v[0]
    return np.sum(p[0]**2) + np.sum(p[1])


@case((X,))
def one_array_twice_for_two_parameters(v):
    w = v*2
    def scale(p, q):
        p[1:] *= q[0]
    p = (w, w)
    scale(*p)
    return np.sum(p[0]**2) + np.sum(p[1])


@case((X,))
def one_array_twice_in_a_list(v):
    w = v*2
    p = [(w, w)]
    p[0][1][1:] **= 2
    return np.sum(p[0][0]**2) + np.sum(p[0][1])


@case((X,))
def two_names_of_one_array(v):
    w = v*2
    q = w
    p = (q, w)
    p[1][1:] **= 2
    return np.sum(p[0]**2) + np.sum(p[1])


@case((X,))
def one_array_twice_returned(v):
    w = v*2
    p = (w, w)
    p[0][1:] **= 2
    return p


@case((X,))
def one_array_twice_and_another(v):
    w = v*2
    p = (w, w, v)
    p[2][1:] **= 2
    return np.sum(p[0]**2) + np.sum(p[1])+np.sum(p[2])


@case((X,))
def callee_scale_first(v):
    w = v * 2
    p = (w, v * 3)
    scale_first(p)
    return np.sum(p[0] ** 2) + np.sum(p[1])


@case((X,))
def callee_scale_unpacked(v):
    w = v * 2
    p = (w, v * 3)
    scale_unpacked(p)
    return np.sum(p[0] ** 2) + np.sum(p[1])


@case((X,))
def callee_scale_each(v):
    w = v * 2
    p = (w, v * 3)
    scale_each(p)
    return np.sum(p[0] ** 2) + np.sum(p[1])


@case((X,))
def callee_scale_starred(v):
    w = v * 2
    p = (w, v * 3)
    scale_starred(*p)
    return np.sum(p[0] ** 2) + np.sum(p[1])


@case((X,))
def callee_gets_a_display(v):
    w = v * 2
    u = v * 3
    scale_first((w, u))
    return np.sum(w**2) + np.sum(u)


@case((X,))
def callee_takes_any_number_of_arrays(v):
    x = v * 1.0
    y = v * 2
    for k in range(3):
        scaled_by(x, y, f=v[0] + k)
    return np.sum(x * y)


@case((X,))
def state_in_a_tuple(v):
    state = (v * 1.0, v * 0.5)
    for _ in range(3):
        advance(state, 0.1)
    return np.sum(state[0] ** 2) + np.sum(state[1])


@case((X,))
def tuple_in_a_list_element(v):
    u = v * 3
    pairs = [(v * 2, u)]
    for p in pairs:
        scale_first(p)
    return np.sum(pairs[0][0] ** 2) + np.sum(u)


@case((X,))
def tuple_in_a_dict_element(v):
    table = {'k': (v * 2, v * 3)}
    scale_first(table['k'])
    return np.sum(table['k'][0] ** 2)


@case((X,))
def number_in_a_tuple_in_a_list(v):
    ps = [(v * 2, v[0])]
    ps[0][0][1:] *= ps[0][1]
    return np.sum(ps[0][0] ** 2)


@case((X,))
def tuple_of_an_object_step(v):
    s = Holder(v * 2, v * 3)
    s.step()
    return np.sum(s.pair[0] ** 2) + np.sum(s.pair[1] ** 3)


@case((X,))
def tuple_of_an_object_step_returned(v):
    w = v * 2
    u = v * 3
    s = Holder(w, u)
    for _ in range(2):
        s.step()
    return s.pair


@case((X,))
def tuple_of_an_object_multiply(v):
    s = Holder(v * 2, v * 3)
    s.multiply()
    return np.sum(s.pair[0] ** 2) + np.sum(s.pair[1] ** 3)


@case((X,))
def tuple_of_an_object_multiply_returned(v):
    w = v * 2
    u = v * 3
    s = Holder(w, u)
    for _ in range(2):
        s.multiply()
    return s.pair


@case((X,))
def tuple_of_an_object_mix(v):
    s = Holder(v * 2, v * 3)
    s.mix()
    return np.sum(s.pair[0] ** 2) + np.sum(s.pair[1] ** 3)


@case((X,))
def tuple_of_an_object_mix_returned(v):
    w = v * 2
    u = v * 3
    s = Holder(w, u)
    for _ in range(2):
        s.mix()
    return s.pair


@case((X,))
def tuple_of_an_object_double(v):
    s = Holder(v * 2, v * 3)
    s.double()
    return np.sum(s.pair[0] ** 2) + np.sum(s.pair[1] ** 3)


@case((X,))
def tuple_of_an_object_double_returned(v):
    w = v * 2
    u = v * 3
    s = Holder(w, u)
    for _ in range(2):
        s.double()
    return s.pair


@case((X,))
def tuples_in_a_list_of_an_object_second(v):
    s = Lists(v * 2, v * 3)
    s.second()
    return np.sum(s.items[0][0] ** 2) + np.sum(s.items[0][1])


@case((X,))
def tuples_in_a_list_of_an_object_each(v):
    s = Lists(v * 2, v * 3)
    s.each()
    return np.sum(s.items[0][0] ** 2) + np.sum(s.items[0][1])


@case((X,))
def tuples_in_a_list_of_an_object_only(v):
    s = Lists(v * 2, v * 3)
    s.only()
    return np.sum(s.items[0][0] ** 2) + np.sum(s.items[0][1])



def halved(*parts):
    for u in parts:
        u *= 0.5
    return parts[-1]


@case((np.array([0.37, -0.92, 0.64]), 0.3))
def held_array_that_a_view_sees(v, t):
    some = v[::2]
    w = v
    halved(v, w)
    v = halved(v, 0.9 * v, t * w)
    return np.sum(v * 0.3) * t + np.sum(some**2)


class Twice:
    def __init__(self, u, w):
        self.pair = (u, w)
        self.log = [w * 0.5]

    def tick(self, t):
        u, w = self.pair
        u[0] += t * w[1]
        self.log[0] *= 0.9


@case((np.array([0.37, -0.92, 0.64]), 0.3))
def object_that_is_gone_when_its_array_is_read(v, t):
    Twice(v, v).tick(t)
    held = Twice(v, v)
    held.tick(t * t)
    return np.sum(v * v)


@case((np.array([0.37, -0.92, 0.64]), 0.3))
def view_of_an_element_plus_a_constant(v, t):
    level = v[..., 0] + 0.35
    v *= t
    w = v.copy()
    w *= level
    return np.sum(w)
