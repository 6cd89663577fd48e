"""Run the corpus in one process and print what came of it.

python -m tests.programs.run_report                     # everything but arrays_inplace
python -m tests.programs.run_report loops branches      # names that contain one of these
python -m tests.programs.run_report arrays_inplace --mode reverse --verbose
python -m tests.programs.run_report --points            # only: do the primals run, are the points sound?
"""

from __future__ import annotations

import argparse
import collections
import signal
import sys
import time
import traceback
import warnings
from types import FrameType

from tests import cases, harness

try:
    from s2sad.errors import S2sadError
except ImportError:  # the primals can be tried before there is a compiler
    S2sadError = type("S2sadError", (Exception,), {})


class OutOfTime(BaseException):
    """Raised by the alarm; not an Exception, so that `except Exception` in a program does not swallow it."""


def ring(signum: int, frame: FrameType | None) -> None:
    raise OutOfTime


def last_line(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    where = ""
    if frames:
        inside = [f for f in frames if "/s2sad/" in f.filename] or frames
        where = f" [{inside[-1].filename.rpartition('/s2sad/')[2]}:{inside[-1].lineno}]"
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:150] if text else ''}{where}"


def refusal(error: BaseException) -> str:
    """Code and message of the first finding."""
    found = getattr(error, "diagnostics", None) or ()
    if found:
        first = list(found)[0]
        return f"{getattr(first, 'code', '?')} {getattr(first, 'message', '')}"[:170]
    return str(error).strip().splitlines()[0][:170] if str(error).strip() else type(error).__name__


def outcome(case: cases.Case, index: int, options: argparse.Namespace) -> tuple[str, str]:
    """("ok" | "refused" | "WRONG" | "crash" | "slow" | "unsound", one line)."""
    modes = harness.MODES if options.mode == "both" else (options.mode,)
    signal.setitimer(signal.ITIMER_REAL, options.timeout)
    try:
        if options.points:
            gap = harness.check_point(case, index)
            return (
                ("ok", "")
                if gap < harness.point_tolerance(case)
                else ("unsound", f"differences disagree by {gap:.1e}")
            )
        harness.check_case(case, index, modes, second=options.second, show_source=options.verbose)
    except S2sadError as error:
        return "refused", str(error) if options.verbose else refusal(error)
    except harness.Mismatch as error:
        return "WRONG", str(error) if options.verbose else " | ".join(str(error).splitlines()[:4])[:400]
    except harness.Unsound as error:
        return "unsound", str(error)
    except OutOfTime:
        return "slow", f"more than {options.timeout} s"
    except RecursionError as error:
        return "crash", f"RecursionError {last_line(error)}"[:200]
    except Exception as error:  # noqa: BLE001  a crash is one of the outcomes that are counted
        if options.verbose:
            return "crash", "".join(traceback.format_exception(error))
        return "crash", last_line(error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return "ok", ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.programs.run_report")
    parser.add_argument("filters", nargs="*", help="parts of case names, such as loops or settings.branch")
    parser.add_argument("--mode", choices=("forward", "reverse", "both"), default="both")
    parser.add_argument("--points", action="store_true", help="only try the primals and their test points")
    parser.add_argument("--second", action="store_true", help="also forward over reverse")
    parser.add_argument("--timeout", type=float, default=20.0, help="seconds for one argument set")
    parser.add_argument("--all-sets", action="store_true", help="go on after the first bad argument set")
    parser.add_argument("--verbose", "-v", action="store_true", help="whole messages, with generated source")
    parser.add_argument("--list", action="store_true", help="only print the names")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, ring)
    warnings.simplefilter("ignore")

    chosen = cases.load(*options.filters)
    if not options.filters and not options.points:
        chosen = [c for c in chosen if not c.name.startswith("arrays_inplace.")]
    if options.list:
        print(*(c.name for c in chosen), sep="\n")
        return 0

    results: dict[str, list[tuple[str, str]]] = collections.defaultdict(list)
    groups: dict[str, collections.Counter] = collections.defaultdict(collections.Counter)
    start = time.perf_counter()
    for case in chosen:
        bad = None
        for index in range(len(case.argsets)):
            kind, line = outcome(case, index, options)
            if kind != "ok":
                bad = kind
                results[kind].append((f"{case.name}#{index}", line))
                if not options.all_sets:
                    break
        groups[case.group][bad or "ok"] += 1
        if bad is None:
            results["ok"].append((case.name, ""))

    for kind in ("refused", "crash", "slow", "unsound", "WRONG"):
        if results[kind]:
            print(f"── {kind} " + "─" * (90 - len(kind)))
            for name, line in results[kind]:
                print(f"{name}: {line}")
    for kind in ("refused", "crash"):
        if len(results[kind]) > 5:
            print(f"── {kind}, by reason " + "─" * 70)
            reasons = collections.Counter(
                line.splitlines()[-1 if kind == "crash" else 0] for _, line in results[kind]
            )
            for reason, count in reasons.most_common(25):
                print(f"{count:5d}  {reason[:160]}")
    print("── groups " + "─" * 82)
    for group, counts in groups.items():
        bad = "  ".join(f"{kind} {n}" for kind, n in counts.items() if kind != "ok")
        print(f"{group:32s} {counts['ok']:4d}/{sum(counts.values()):<4d} {bad}")
    totals = collections.Counter()
    for counts in groups.values():
        totals.update(counts)
    kinds = ("ok", "refused", "WRONG", "crash", "slow", "unsound")
    print(
        "total " + "  ".join(f"{k} {totals[k]}" for k in kinds) + f"  ({time.perf_counter() - start:.1f} s)"
    )
    return 0 if set(k for k in totals if totals[k]) <= {"ok"} else 1


if __name__ == "__main__":
    sys.exit(main())
