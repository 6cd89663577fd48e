"""The logistic map l <- 4 l (1 - l), iterated: how fast do two neighbouring starting points part?

After n steps l_n = sin^2(2^n asin sqrt l_0). Its symbolic derivative swells with n (table 1 of the survey
by Baydin et al., JMLR 2018); the loop's derivative is a loop. Its growth rate is the Lyapunov exponent, ln
2.
"""

import math

from s2sad import differentiate


@differentiate
def logistic_map(x: float, n: int) -> float:
    for _ in range(n):
        x = 4 * x * (1 - x)
    return x


def closed_form_derivative(x: float, n: int) -> float:
    """d/dx of sin^2(2^n asin sqrt x)."""
    angle = math.asin(math.sqrt(x))
    return 2**n * math.sin(2 ** (n + 1) * angle) / math.sin(2 * angle)


def main() -> None:
    for n in (1, 2, 4, 8, 16):
        slope = logistic_map.grad(0.3, n)
        print(f"n = {n:4d}: derivative {slope:14.6f}, closed form {closed_form_derivative(0.3, n):14.6f}")
    slope = logistic_map.grad(0.3, 1000)
    print(f"n = 1000: Lyapunov exponent {math.log(abs(slope)) / 1000:.4f}, expected ln 2 = {math.log(2):.4f}")


if __name__ == "__main__":
    main()
