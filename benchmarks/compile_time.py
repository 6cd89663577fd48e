"""How long the import takes, and functions of thirty and of a hundred lines from their source to a derivative.

Times are those of the processor, since other work on the machine disturbs these less. Each repeat is a process of its
own, which finds the modules as byte code, as those of an installed package are. In it a function is compiled from several copies of its file: the first time pays
for what is loaded and read late, the others are what one more function costs.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROBE = """
import importlib.util, json, sys, time
start = time.process_time()
import numpy
after_numpy = time.process_time()
from s2sad import jvp, value_and_grad
after_import = time.process_time()

def load(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module

def time_twice(call):
    begin = time.process_time()
    call()
    middle = time.process_time()
    call()
    return (middle - begin) - (time.process_time() - middle)

def gradient(name):
    f = value_and_grad(load(sys.argv[1], name).relax)
    return time_twice(lambda: f(u, 0.1, 5))

def tangent(name):
    f = load(sys.argv[1], name).relax
    return time_twice(lambda: jvp(f, (u, 0.1, 5), (u, 0.1, None)))

def long_gradient(name):
    f = value_and_grad(load(sys.argv[2], name).river, argnums=(0, 1, 2, 3))
    return time_twice(lambda: f(c, 0.5, 0.1, 0.6, 0.9 * c, 4))

u = numpy.linspace(0.1, 1.0, 20)
c = 1.3 + 0.9 * numpy.sin(numpy.linspace(0.0, 3.0, 30))
print(json.dumps({
    "import numpy": after_numpy - start,
    "from s2sad import grad, with numpy": after_import - start,
    "gradient of 30 lines, first": gradient("a"),
    "gradient of 30 lines, next": min(gradient("b"), gradient("c")),
    "tangent of 30 lines": min(tangent("d"), tangent("e")),
    "gradient of 90 lines, 4 functions": min(long_gradient("f"), long_gradient("g")),
}))
"""
GOALS = {
    "from s2sad import grad, with numpy": 0.4,
    "gradient of 30 lines, next": 0.05,
    "tangent of 30 lines": 0.05,
}


def run(rounds: int) -> None:
    programs = [str(Path(__file__).parent / name) for name in ("thirty_lines.py", "hundred_lines.py")]
    repeats = []
    command = [sys.executable, "-c", PROBE, *programs]
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(rounds + 1):
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode != 0:
                print(done.stderr.strip().splitlines()[-1])
                return
            repeats.append(json.loads(done.stdout))
    del repeats[0]  # it wrote the byte code
    print(f"| {'what':34s} | least     | median    | goal   |")
    print(f"| {'-' * 34} | --------- | --------- | ------ |")
    for name in repeats[0]:
        times = [repeat[name] * 1e3 for repeat in repeats]
        goal = f"{GOALS[name] * 1e3:.0f} ms" if name in GOALS else ""
        print(f"| {name:34s} | {min(times):6.1f} ms | {statistics.median(times):6.1f} ms | {goal:6s} |")
