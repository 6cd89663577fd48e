"""Real programs, one idea a file; each `<name>_ad.py` is the derivative that `python -m samples` wrote."""

# what each sample's emitted file differentiates by: the `--wrt` of its `s2sad gen`, None for every argument
SAMPLES: dict[str, str | None] = {
    "survey": None,
    "logistic_map": None,
    "newton": None,
    "black_scholes": None,
    "lotka_volterra": "log_parameters",
    "kalman": "log_deviations",
    "classifier": "w1,b1,w2,b2",
    "forward_gradient": "params",
    "lstm": "layers,readout",
    "gaussian_mixture": "alphas,means,factors",
    "bundle_adjustment": "cameras,points,weights",
}
