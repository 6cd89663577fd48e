"""What cannot be mirrored: memory that is reached in ways that no adjoint can follow. Refused, with a place and a remedy."""

import ctypes
import operator

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided

import s2sad
from s2sad.compile import derive
from s2sad.errors import RefusedError
from s2sad.frontend.resolve import from_function
from tests import harness

V, Y = np.array([0.3, 1.0, 2.0, 0.5]), 0.7


def object_array(v, y):
    a = np.empty(2, dtype=object)
    a[0] = v * y
    a[1] = y
    return a[0] * a[1]


def array_of_objects(v, y):
    a = np.array([v, y], dtype=object)
    return np.sum(a[0] * a[1])


def memory_view(v, y):
    a = v.copy()
    m = memoryview(a)
    m[0] = y
    return a


def overlapping_strides(v, y):
    a = v.copy()
    w = as_strided(a, (3, 2), (8, 8))
    w *= y
    return a


def overlapping_strides_read(v, y):
    a = v * y
    w = as_strided(a, (3, 2), (8, 8))
    return np.sum(w**2)


def frombuffer(v, y):
    a = v.copy()
    b = np.frombuffer(a, dtype=float)
    a[0] = y
    return b * a


def frombuffer_of_data(v, y):
    a = v.copy()
    b = np.frombuffer(a.data)
    b[0] = y
    return a


def pointer(v, y):
    a = v.copy()
    p = a.ctypes.data_as(ctypes.POINTER(ctypes.c_double))
    p[0] = y
    return a


def nditer(v, y):
    a = v.copy()
    for x in np.nditer(a, op_flags=["readwrite"]):
        x[...] = x * y
    return a


def ndarray_of_a_buffer(v, y):
    a = v.copy()
    b = np.ndarray((2,), buffer=a, dtype=float)
    b[0] = y
    return a


def data_attribute(v, y):
    a = v.copy()
    d = a.data
    d[0] = y
    return a


def write_flag(v, y):
    a = v.copy()
    a.flags.writeable = False
    try:
        a[0] = y
    except ValueError:
        a = a * y
    return a


def setflags(v, y):
    a = v.copy()
    a.setflags(write=False)
    return a * y


def resized_in_place(v, y):
    a = v.copy()
    a.resize(6, refcheck=False)
    a[5] = y
    return a


def base_of_a_view(v, y):
    a = v.copy()
    w = a[1:]
    w.base[0] = y
    return a


def shape_assign(v, y):
    a = v.copy()
    a.shape = (2, 2)
    a[0, 1] = y
    return a


def view_as_integers(v, y):
    a = v.copy()
    b = a.view(np.int64)
    b[0] = 0
    return a * y


def view_of_complex_as_real(v, y):
    z = v * y + 0j
    w = z.view(float)
    w[0] = y
    return np.abs(z) ** 2


def real_part_stored(v, y):
    z = v * (1 + 2j)
    z.real[0] = y
    z.imag *= y
    return np.abs(z) ** 2


def bytes_of_an_array(v, y):
    a = v * y
    return np.frombuffer(a.tobytes())


def operator_setitem(v, y):
    a = v.copy()
    operator.setitem(a, 0, y)
    return a


def setitem_method(v, y):
    a = v.copy()
    a.__setitem__(0, y)
    return a


def writeable_windows(v, y):
    a = v.copy()
    np.lib.stride_tricks.sliding_window_view(a, 2, writeable=True)[0] = y
    return a


def structured_array(v, y):
    a = np.zeros(4, dtype=[("x", float), ("w", float)])
    a["x"] = v
    a["w"] = y
    return a["x"] * a["w"]


def array_of_a_memory_view(v, y):
    a = v.copy()
    b = np.asarray(memoryview(a))
    b[0] = y
    return a


def dlpack(v, y):
    a = v.copy()
    b = np.from_dlpack(a)
    b[0] = y
    return a


def byteswap(v, y):
    a = v * y
    a.byteswap(inplace=True)
    a.byteswap(inplace=True)
    return a


PROGRAMS = [
    object_array,
    array_of_objects,
    memory_view,
    overlapping_strides,
    overlapping_strides_read,
    frombuffer,
    frombuffer_of_data,
    pointer,
    nditer,
    ndarray_of_a_buffer,
    data_attribute,
    write_flag,
    setflags,
    resized_in_place,
    base_of_a_view,
    shape_assign,
    view_as_integers,
    view_of_complex_as_real,
    real_part_stored,
    bytes_of_an_array,
    operator_setitem,
    setitem_method,
    writeable_windows,
    structured_array,
    array_of_a_memory_view,
    dlpack,
    byteswap,
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_runs(program):
    """The programs are valid: it is not for a mistake in them that they are refused."""
    program(V.copy(), Y)


@pytest.mark.parametrize("known", [True, False], ids=["types known", "nothing known"])
@pytest.mark.parametrize("mode", ["jvp", "vjp"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_refused(program, mode, known):
    with pytest.raises(RefusedError) as caught:
        derive(from_function(program), mode, ("v", "y"), {"v": V, "y": Y} if known else None)
    first = program.__code__.co_firstlineno
    for finding in caught.value.diagnostics:
        assert finding.span.line >= first
    assert f"{__file__.rpartition('/')[2]}:" in str(caught.value) and "help: " in str(caught.value)


def by_flags(v, y):
    return v * y if v.flags.c_contiguous else v * y * y


def by_named_flags(v, y):
    return v * y if v.flags["C_CONTIGUOUS"] else v * y * y


def by_strides(v, y):
    return v * y if v.strides[0] == 8 else v * y * y


@pytest.mark.parametrize("program", [by_flags, by_named_flags, by_strides])
@pytest.mark.parametrize(
    "v", [V, V[::2], np.repeat(V, 2)[::2]], ids=["whole", "every second", "as long as the whole"]
)
def test_layout_is_looked_at_when_it_runs(program, v):
    """Whether an array is contiguous is no part of its type: a branch on it must not be decided beforehand."""
    y, y_dot = s2sad.jvp(program, (v, Y), (None, 1.0))
    np.testing.assert_array_equal(y, program(v, Y))
    slope, _ = harness.difference(lambda y: program(v, y), (Y,), (1.0,))
    np.testing.assert_allclose(y_dot, slope, rtol=1e-6)
    value, pullback = s2sad.vjp(lambda y: program(v, y), Y)
    np.testing.assert_allclose(pullback(np.ones(len(v)))[0], np.sum(slope), rtol=1e-6)


def row_from_another_column(v, y):
    m = np.outer(v, v) * y
    m[1] = m[:, -1]
    return m


def every_second_from_the_first_half(v, y):
    w = v * y
    w[::2] = w[:2]
    return w


@pytest.mark.parametrize("program", [row_from_another_column, every_second_from_the_first_half])
def test_stores_that_read_what_they_have_written(program):
    """NumPy copies the right side for stores along several axes only."""
    with pytest.raises(RefusedError, match=r"\[S2S010\]: the two sides overlap"):
        s2sad.vjp(program, V, Y)


def row_from_its_own_column(v, y):
    m = np.outer(v, v) * y
    for k in range(4):
        m[k, k:] = m[k:, k]
    return m


def first_half_from_every_second(v, y):
    w = v * y
    w[:2] = w[::2]
    w[1:] = w[:-1]
    w[1::2] = w[:2]
    return w


def sides_with_two_axes(v, y):
    m = np.outer(v, v) * y
    m[:] = m.T
    m[1:] = m[:-1]
    m[1] = m[:, 2].copy()
    return m


@pytest.mark.parametrize(
    "program", [row_from_its_own_column, first_half_from_every_second, sides_with_two_axes]
)
def test_stores_that_overlap_in_order(program):
    s2sad.check_grads(program, (V, Y))


def least_of_element_and_number(v, y):
    a = v * y
    least = sorted([a[1, ...], 99.0])[0]
    least += 1.0
    return a[1] ** 2 + least


def least_of_elements_collected(v, y):
    a = v * y
    items = [99.0]
    for i in range(2):
        items.append(a[i, ...])
    least = sorted(items)[0]
    least += 1.0
    return a[0] ** 2 + least


@pytest.mark.parametrize("program", [least_of_element_and_number, least_of_elements_collected])
def test_sorted_hands_over_the_views_themselves(program):
    with pytest.raises(RefusedError, match=r"\[S2S010\]: .* may be the same object"):
        s2sad.vjp(program, V, Y)
