"""European calls by the Black-Scholes formula, and their Greeks: a book's sensitivities in one reverse sweep.

Formulas: F. Black, M. Scholes, "The pricing of options and corporate liabilities", J. Political Economy 81
(1973); the closed forms of the Greeks from J. Hull, "Options, Futures, and Other Derivatives".
"""

from typing import Annotated

import numpy as np
import numpy.typing as npt
from scipy.special import erf

from s2sad import differentiate, grad, value_and_grad

Array = npt.NDArray[np.float64]


def normal_cdf(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1.0 + erf(x / np.sqrt(2.0)))


@differentiate
def call_price(
    spot: Annotated[Array, "(contracts,)"],
    strike: Annotated[Array, "(contracts,)"],
    rate: Annotated[Array, "(contracts,)"],
    volatility: Annotated[Array, "(contracts,)"],
    maturity: Annotated[Array, "(contracts,)"],
) -> np.ndarray:
    deviation = volatility * np.sqrt(maturity)
    d1 = (np.log(spot / strike) + (rate + 0.5 * volatility**2) * maturity) / deviation
    d2 = d1 - deviation
    return spot * normal_cdf(d1) - strike * np.exp(-rate * maturity) * normal_cdf(d2)


def closed_form_greeks(spot: float, strike: float, rate: float, volatility: float, maturity: float) -> dict:
    """What a textbook says the derivatives are."""
    deviation = volatility * np.sqrt(maturity)
    d1 = (np.log(spot / strike) + (rate + 0.5 * volatility**2) * maturity) / deviation
    density = np.exp(-0.5 * d1**2) / np.sqrt(2 * np.pi)
    bond = strike * np.exp(-rate * maturity) * normal_cdf(d1 - deviation)
    return {
        "delta": normal_cdf(d1),
        "rho": maturity * bond,
        "vega": spot * density * np.sqrt(maturity),
        "theta": -spot * density * volatility / (2 * np.sqrt(maturity)) - rate * bond,
        "gamma": density / (spot * deviation),
    }


def greeks(spot: float, strike: float, rate: float, volatility: float, maturity: float) -> dict:
    """The same by differentiation."""
    arguments = (spot, strike, rate, volatility, maturity)
    delta, rho, vega, by_maturity = grad(call_price, argnums=(0, 2, 3, 4))(*arguments)
    gamma = grad(grad(call_price))(*arguments)
    return {"delta": delta, "rho": rho, "vega": vega, "theta": -by_maturity, "gamma": gamma}


def make_book(size: int, seed: int = 0) -> tuple:
    """Spots, strikes, rates, volatilities and maturities of `size` calls."""
    rng = np.random.default_rng(seed)
    ranges = ((80.0, 120.0), (80.0, 120.0), (0.01, 0.05), (0.1, 0.5), (0.2, 2.0))
    return tuple(rng.uniform(low, high, size) for low, high in ranges)


def book_value(spot, strike, rate, volatility, maturity):
    return np.sum(call_price(spot, strike, rate, volatility, maturity))


def main() -> None:
    option = (100.0, 105.0, 0.03, 0.2, 0.75)
    print(f"call price {call_price(*option):.6f}")
    closed_forms = closed_form_greeks(*option)
    for name, value in greeks(*option).items():
        print(f"{name:6s} {value:12.6f}   closed form {closed_forms[name]:12.6f}")
    value, (deltas, vegas) = value_and_grad(book_value, argnums=("spot", "volatility"))(*make_book(100_000))
    total_delta, total_vega = deltas.sum(), vegas.sum()
    print(f"a book of {len(deltas)} calls: {value:.2f}, delta {total_delta:.2f}, vega {total_vega:.2f}")


if __name__ == "__main__":
    main()
