"""`numpy.testing`: what compares, and returns nothing. Slow to import, so declared when a program has imported it."""

import numpy as np

from s2sad.rules.declare import constant

constant(np.testing.assert_allclose)
