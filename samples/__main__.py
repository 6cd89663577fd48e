"""`python -m samples` writes each sample's derivative beside it; with `--check` it says which are stale."""

import sys
from pathlib import Path

from typer.testing import CliRunner, Result

from s2sad.cli.app import app
from samples import SAMPLES

FOLDER = Path(__file__).parent


def generate(name: str, *options: str) -> Result:
    """Run `s2sad gen` on one sample."""
    wrt = SAMPLES[name]
    command = ["gen", str(FOLDER / f"{name}.py"), "-o", str(FOLDER / f"{name}_ad.py"), *options]
    if wrt is not None:
        command += ["--wrt", wrt]
    return CliRunner().invoke(app, command)


def main(options: list[str]) -> int:
    worst = 0
    for name in SAMPLES:
        done = generate(name, *options)
        print(f"{name:20s} {'done' if done.exit_code == 0 else 'failed'}")
        if done.exit_code != 0:
            print(done.output)
        worst = max(worst, done.exit_code)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
