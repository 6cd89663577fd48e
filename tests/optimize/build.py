"""IR for the tests of the optimiser: written as source, lowered, and given types."""

import textwrap

import numpy as np

from s2sad.analysis.values import FLOAT, INT, Tensor
from s2sad.emit.unparse import to_source
from s2sad.frontend.lower import lower
from s2sad.frontend.parse import parse_module
