"""How long `import s2sad` takes, and a 30-line function from its source to a callable gradient.

Each repeat is a process of its own. In it the function is compiled twice, from two files: the first time
pays for what is loaded late, the second is what one more function costs.
"""

import json
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROBE = """
import importlib.util, json, sys, time
start = time.perf_counter()
import numpy
after_numpy = time.perf_counter()
import s2sad
after_import = time.perf_counter()

def load(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module

def compile_and_call(name):
    module = load(sys.argv[1], name)
    x = numpy.linspace(0.1, 1.0, 20)
    gradient = s2sad.value_and_grad(module.relax)
    begin = time.perf_counter()
    gradient(x, 0.1, 5)
    middle = time.perf_counter()
    gradient(x, 0.1, 5)
    return (middle - begin) - (time.perf_counter() - middle)

print(json.dumps({
    "import numpy": after_numpy - start,
    "import s2sad, after numpy": after_import - after_numpy,
    "import s2sad": after_import - start,
    "compile 30 lines, first function": compile_and_call("first"),
    "compile 30 lines, next function": compile_and_call("second"),
}))
"""
GOALS = {"import s2sad": 0.4, "compile 30 lines, next function": 0.05}


def run(rounds: int) -> None:
    program = str(Path(__file__).parent / "thirty_lines.py")
    repeats = []
    for _ in range(rounds):
        command = [sys.executable, "-c", PROBE, program]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stderr.strip().splitlines()[-1])
            return
        repeats.append(json.loads(done.stdout))
    print(f"| {'what':32s} | least     | median    | goal   |")
    print(f"| {'-' * 32} | --------- | --------- | ------ |")
    for name in repeats[0]:
        times = [repeat[name] * 1e3 for repeat in repeats]
        goal = f"{GOALS[name] * 1e3:.0f} ms" if name in GOALS else ""
        print(f"| {name:32s} | {min(times):6.1f} ms | {statistics.median(times):6.1f} ms | {goal:6s} |")
