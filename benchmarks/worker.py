"""One library in a process of its own: `python -m benchmarks.worker LIBRARY`, led by lines of JSON.

{"prepare": case} answers {"first": seconds of the first call, "fingerprint": ...} or {"refused": why};
{"time": seconds} answers {"seconds": for one call}, measured over about so many seconds.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any


def seconds_per_call(run: Callable[[], Any], calls: int) -> float:
    """In seconds of the processor: what else the machine does counts for less."""
    start = time.process_time()
    for _ in range(calls):
        run()
    return (time.process_time() - start) / calls


def serve(library: str, answers: Any) -> None:
    from benchmarks.rebind import without_s2sad

    if library != "s2sad":
        without_s2sad()
    from benchmarks.cases import CASES
    from benchmarks.libraries import PREPARE, fingerprint

    run, single = None, 0.0
    for line in sys.stdin:
        request = json.loads(line)
        if "prepare" in request:
            try:
                case = CASES[request["prepare"]]()
                start = time.perf_counter()
                run = PREPARE[library](case)
                result = run()
                first = time.perf_counter() - start
                single = seconds_per_call(run, 1)
                marks = None if library == "primal" else fingerprint(result[1])
                answer = {"first": first, "fingerprint": marks}
            except Exception as error:  # any failure of a peer is an entry in the table, not the table's end
                words = [line for line in str(error).splitlines() if line.strip(" =-")] or [""]
                answer = {"refused": f"{type(error).__name__}: {words[0].strip()}"}
        else:
            calls = max(1, int(request["time"] / max(single, 1e-8)))
            gc.collect()
            single = seconds_per_call(run, calls)
            answer = {"seconds": single}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    # what libraries print goes to standard error; the answers have the pipe for themselves
    pipe = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    serve(sys.argv[1], pipe)
