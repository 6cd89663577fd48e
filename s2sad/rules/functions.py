"""Functions of NumPy that call a Python function, or run over an iterator: loops that stand in for them."""

# mypy: no-check-untyped-defs
import numpy as np

from s2sad.prelude_functions import _along_axis, _from_function, _over_axes, _piecewise
from s2sad.rules.options import anything
from s2sad.rules.stand_ins import stands_in

stands_in(_along_axis, np.apply_along_axis)
stands_in(_over_axes, np.apply_over_axes)
stands_in(_piecewise, np.piecewise)
stands_in(_from_function, np.fromfunction, {"dtype": anything})
