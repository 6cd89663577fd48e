"""The pages that are made from the code are what would be made now."""

import subprocess
import sys
from pathlib import Path


def test_pages_are_fresh():
    """In a process of its own: other tests declare rules."""
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-m", "docs.generate", "--check"], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
