"""The standard example of the survey literature: y = ln x1 + x1 x2 - sin x2 at (2, 5).

From A. G. Baydin, B. A. Pearlmutter, A. A. Radul, J. M. Siskind, "Automatic differentiation in machine
learning: a survey", JMLR 18 (2018), tables 2 (forward) and 3 (reverse).
"""

import numpy as np

from s2sad import differentiate


@differentiate
def f(x1: float, x2: float) -> float:
    return np.log(x1) + x1 * x2 - np.sin(x2)


def main() -> None:
    y, y_dot = f.jvp((2.0, 5.0), (1.0, 0.0))
    print(f"forward mode: y = {y:.3f}, dy/dx1 = {y_dot:.3f}")
    y, pullback = f.vjp(2.0, 5.0)
    x1_bar, x2_bar = pullback(1.0)
    print(f"reverse mode: y = {y:.3f}, dy/dx1 = {x1_bar:.3f}, dy/dx2 = {x2_bar:.3f}")


if __name__ == "__main__":
    main()
