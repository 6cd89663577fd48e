"""`python -m benchmarks`: gradient speed; `python -m benchmarks lines | compile | growth`: length of code, compile
time, and how that grows; `python -m benchmarks rules`: each rule's adjoint over its function."""

import argparse
import sys

from benchmarks import compile_time, growth, lines, rules, speed


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "what", nargs="?", choices=("speed", "lines", "compile", "growth", "rules"), default="speed"
    )
    parser.add_argument("--cases", default="", help="names of cases, with commas between (default: all)")
    parser.add_argument("--libraries", default=",".join(speed.LIBRARIES), help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=7, help="interleaved repeats (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=0.05, help="for one repeat (default: %(default)s)")
    parser.add_argument("--worst", type=int, default=0, help="so many rules (default: all)")
    parser.add_argument("--peer-python", help="the interpreter that has autograd, tangent-ad and JAX")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    if given.what == "lines":
        lines.run()
        return 0
    if given.what == "compile":
        compile_time.run(given.rounds)
        return 0
    if given.what == "growth":
        growth.run()
        return 0
    if given.what == "rules":
        rules.run(given.seconds, given.worst)
        return 0
    from benchmarks.rebind import without_s2sad

    without_s2sad()
    from benchmarks.cases import CASES

    names = given.cases.split(",") if given.cases else list(CASES)
    libraries = given.libraries.split(",")
    for unknown in (set(names) - set(CASES)) | (set(libraries) - set(speed.LIBRARIES)):
        print(f"unknown: {unknown}; cases: {', '.join(CASES)}; libraries: {', '.join(speed.LIBRARIES)}")
        return 2
    speed.run(names, libraries, given.rounds, given.seconds, given.peer_python)
    return 0


if __name__ == "__main__":
    sys.exit(main())
