"""How fast the derivatives are: `python -m benchmarks`. See README.md."""
