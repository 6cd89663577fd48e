"""Kepler's equation M = E - e sin E, solved for E by Newton's method: a loop until convergence.

The derivatives of the solution, known from the implicit function theorem, are dE/dM = 1 / (1 - e cos E) and
dE/de = sin E / (1 - e cos E). Formulas: J. Meeus, "Astronomical Algorithms", chapter 30.
"""

import math

from s2sad import differentiate, grad

ORBITS = {"Earth": 0.0167, "Mars": 0.0934, "Mercury": 0.2056, "Pluto": 0.2488, "Halley": 0.9671}


@differentiate
def eccentric_anomaly(mean_anomaly: float, eccentricity: float) -> float:
    angle = mean_anomaly + eccentricity * math.sin(mean_anomaly)
    step = 1.0
    while abs(step) > 1e-12:
        error = angle - eccentricity * math.sin(angle) - mean_anomaly
        step = error / (1.0 - eccentricity * math.cos(angle))
        angle = angle - step
    return angle


def main() -> None:
    sensitivity = grad(eccentric_anomaly, argnums=("mean_anomaly", "eccentricity"))
    print("body       E(M = 1)    dE/dM     exact     dE/de     exact")
    for body, e in ORBITS.items():
        angle = eccentric_anomaly(1.0, e)
        by_anomaly, by_eccentricity = sensitivity(1.0, e)
        slope = 1 / (1 - e * math.cos(angle))
        exact = f"{by_anomaly:9.6f} {slope:9.6f} {by_eccentricity:9.6f} {slope * math.sin(angle):9.6f}"
        print(f"{body:9s} {angle:9.6f} {exact}")


if __name__ == "__main__":
    main()
