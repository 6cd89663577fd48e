"""What users call: derivatives of functions, as functions."""

from s2sad.api.check import check_grads
from s2sad.api.decorator import Differentiable, differentiate
from s2sad.api.jacobians import hessian, hvp, jacfwd, jacobian, jacrev
from s2sad.api.linear_maps import jvp, vjp
from s2sad.api.program import using_options
from s2sad.api.text import stop_gradient
from s2sad.api.transforms import grad, value_and_grad

__all__ = [
    "Differentiable",
    "check_grads",
    "differentiate",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "stop_gradient",
    "using_options",
    "value_and_grad",
    "vjp",
]
