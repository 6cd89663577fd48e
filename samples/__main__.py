"""`python -m samples` writes each sample's derivative beside it; with `--check` it says which are stale."""

import subprocess
import sys
from pathlib import Path

from samples import SAMPLES

FOLDER = Path(__file__).parent


def generate(name: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `s2sad gen` on one sample."""
    wrt = SAMPLES[name]
    command = ["gen", f"samples/{name}.py", "-o", f"samples/{name}_ad.py", *options]
    if wrt is not None:
        command += ["--wrt", wrt]
    command = [sys.executable, "-m", "s2sad", *command]
    return subprocess.run(command, cwd=FOLDER.parent, capture_output=True, text=True, check=False)


def main(options: list[str]) -> int:
    worst = 0
    for name in SAMPLES:
        done = generate(name, *options)
        print(f"{name:20s} {'done' if done.returncode == 0 else 'failed'}")
        if done.returncode != 0:
            print(done.stdout + done.stderr)
        worst = max(worst, done.returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
