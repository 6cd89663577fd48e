"""The table of gradient times over primal times, for each sample and library."""

import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIBRARIES = ("primal", "s2sad", "emitted", "hand", "autograd", "tangent", "jax")
PEERS = ("autograd", "tangent", "jax")
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
    # What is freed is not given back to the system: whether it is depends on luck, and costs more than the arithmetic.
    "MALLOC_MMAP_THRESHOLD_": "1073741824",
    "MALLOC_TRIM_THRESHOLD_": "1073741824",
}


@dataclass
class Worker:
    """The process of one library."""

    library: str
    python: str
    process: subprocess.Popen = field(init=False)

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            [self.python, "-m", "benchmarks.worker", self.library],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env={**os.environ, **ONE_THREAD},
        )

    def ask(self, **request) -> dict:
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        return json.loads(line) if line else {"refused": "the process has died"}

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


@dataclass
class Measured:
    """What one library did in one case: seconds of each round, or why there are none."""

    seconds: list[float] = field(default_factory=list)
    first: float = 0.0
    fingerprint: list[float] | None = None
    refused: str = ""


def measure(name: str, workers: dict[str, Worker], rounds: int, seconds: float) -> dict[str, Measured]:
    """All libraries in one case, one after the other in each round."""
    results = {}
    for library, worker in workers.items():
        answer = worker.ask(prepare=name)
        if "refused" in answer:
            results[library] = Measured(refused=answer["refused"])
        else:
            results[library] = Measured(first=answer["first"], fingerprint=answer["fingerprint"])
    for _ in range(rounds):
        for library, result in results.items():
            if not result.refused:
                result.seconds.append(workers[library].ask(time=seconds)["seconds"])
    return results


def same(a: list[float], b: list[float]) -> bool:
    scale = max(abs(x) for x in (*a, *b)) or 1.0
    return all(abs(x - y) <= 1e-6 * scale for x, y in zip(a, b, strict=True))


def ratio(result: Measured, base: Measured) -> float:
    return min(result.seconds) / min(base.seconds)


def readable(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def cell(result: Measured | None, results: dict[str, Measured]) -> str:
    if result is None:
        return "-"
    if result.refused:
        missing = result.refused.startswith("ModuleNotFoundError")
        return "-" if missing else "refuses"
    wanted = results["hand"].fingerprint
    if result.fingerprint and wanted and not same(result.fingerprint, wanted):
        return "WRONG"
    middle = statistics.median(result.seconds) / statistics.median(results["primal"].seconds)
    return f"{ratio(result, results['primal']):.3g} ({middle:.3g})"


def table(all_results: dict[str, dict[str, Measured]], titles: dict[str, str], columns: list[str]) -> str:
    head = ["case", "primal", *columns, "s2sad/hand", "emitted/hand", "jax compiles"]
    rows = [head, ["---"] * len(head)]
    for name, results in all_results.items():
        row = [titles[name], readable(min(results["primal"].seconds))]
        row += [cell(results.get(column), results) for column in columns]
        for ours in ("s2sad", "emitted"):
            known = ours in results and results[ours].seconds
            row.append(f"{ratio(results[ours], results['hand']):.2f}" if known else "-")
        compiled = results.get("jax")
        row.append(readable(compiled.first) if compiled and compiled.seconds else "-")
        rows.append(row)
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = []
    for row in rows:
        cells = [
            ("-" * width if text == "---" else text.ljust(width))
            for text, width in zip(row, widths, strict=True)
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def run(names: list[str], libraries: list[str], rounds: int, seconds: float, peer_python: str | None) -> None:
    from benchmarks.rebind import without_s2sad

    without_s2sad()
    from benchmarks.cases import CASES

    needed = ["primal", "hand", *(x for x in libraries if x not in ("primal", "hand"))]
    pythons = {x: peer_python if peer_python and x in PEERS else sys.executable for x in needed}
    workers = {library: Worker(library, pythons[library]) for library in needed}
    all_results = {}
    try:
        for name in names:
            print(f"{name} ...", file=sys.stderr)
            all_results[name] = measure(name, workers, rounds, seconds)
    finally:
        for worker in workers.values():
            worker.close()
    columns = [library for library in LIBRARIES if library in needed and library != "primal"]
    print("gradient time over primal time: least of the rounds (median of the rounds)\n")
    print(table(all_results, {name: CASES[name]().name for name in names}, columns))
    remarks = [
        f"{name}, {library}: {result.refused}"
        for name, results in all_results.items()
        for library, result in results.items()
        if result.refused
    ]
    if remarks:
        print("\n" + "\n".join(remarks))
