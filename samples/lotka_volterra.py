"""Hares and lynxes: the Lotka-Volterra equations, integrated by RK4 and fitted to counts with SciPy.

The integrator is given its right-hand side as an argument. Data: pelts (thousands) of the Hudson's Bay
Company, 1900-1920, as in B. Carpenter, "Predator-prey population dynamics: ... in Stan" (2018).
"""

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize

from s2sad import differentiate

Vector = np.ndarray[tuple[int], np.dtype[np.float64]]
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]

HARES = (30.0, 47.2, 70.2, 77.4, 36.3, 20.6, 18.1, 21.4, 22.0, 25.4, 27.1)
HARES += (40.3, 57.0, 76.6, 52.3, 19.5, 11.2, 7.6, 14.6, 16.2, 24.7)
LYNXES = (4.0, 6.1, 9.8, 35.2, 59.4, 41.7, 19.0, 13.0, 8.3, 9.1, 7.4)
LYNXES += (8.0, 12.3, 19.5, 45.7, 51.1, 29.7, 15.8, 9.7, 10.1, 8.6)


def lotka_volterra(state: Vector, rates: Vector) -> Vector:
    prey, predator = state
    birth, catch, death, growth = rates
    return np.array([prey * (birth - catch * predator), predator * (growth * prey - death)])


def rk4_step(rhs: Callable, state: Vector, rates: Vector, step: float) -> Vector:
    k1 = rhs(state, rates)
    k2 = rhs(state + step / 2 * k1, rates)
    k3 = rhs(state + step / 2 * k2, rates)
    k4 = rhs(state + step * k3, rates)
    return state + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


@differentiate
def misfit(log_parameters: Vector, log_counts: Matrix, steps_per_year: int) -> float:
    """Squared distance of the logarithms; the parameters are four rates and the numbers in the first year."""
    rates = np.exp(log_parameters[:4])
    state = np.exp(log_parameters[4:])
    total = np.sum((log_parameters[4:] - log_counts[0]) ** 2)
    for observed in log_counts[1:]:
        for _ in range(steps_per_year):
            state = rk4_step(lotka_volterra, state, rates, 1.0 / steps_per_year)
        total += np.sum((np.log(state) - observed) ** 2)
    return total


def observations() -> Matrix:
    """Logarithms of the counts, a row for each year."""
    return np.log(np.stack([HARES, LYNXES], axis=1))


def starting_point() -> Vector:
    """Logarithms of the rates and of the first state, roughly right."""
    return np.log([0.6, 0.03, 0.9, 0.025, 30.0, 5.0])


def fit(steps_per_year: int = 10):
    arguments = (observations(), steps_per_year)
    return minimize(misfit.value_and_grad, starting_point(), args=arguments, jac=True, method="BFGS")


def main() -> None:
    start = misfit(starting_point(), observations(), 10)
    result = fit()
    names = ("birth", "catch", "death", "growth", "hares in 1900", "lynxes in 1900")
    print(f"misfit {start:.4f} -> {result.fun:.4f} in {result.nit} steps")
    for name, value in zip(names, np.exp(result.x)):
        print(f"{name:15s} {value:8.4f}")


if __name__ == "__main__":
    main()
