"""Run many random programs, one after the other, and print what came of them.

python -m tests.fuzz --count 20000 --save bad        # programs that are wrong or crash go to the folder `bad`
python -m tests.fuzz --count 2000 --profile arrays --seed 7
python -m tests.fuzz --show 1234                     # print the program of a seed, and its outcome
python -m tests.fuzz --again bad/*.py --brief        # what comes now of programs that were saved

20,000 programs of the profile `both` (seeds 1200000 to 1219999, in chunks of 1,000) ran on one state of the code: 16,573
ok, 3,273 refused (S2S010 2,652, S2S022 578, S2S011 23, S2S021 19, S2S090 1), 143 unsound, 3 broken, 2 slow, 3 wrong, 3
crashes. One of the wrong ones was a fault, 1216066, and is right now; 1203863 compares with the very number that a maximum
makes, and 1204256 takes the sine of numbers that are too large. Of the crashes, 1212309 is open: the adjoint of a number
that may be the integer 0. Before them ran 1100000 to 1119999, of which five were wrong.
"""

from __future__ import annotations

import argparse
import collections
import gc
import sys
import time
from pathlib import Path

from tests.fuzz.choices import Seeded
from tests.fuzz.generate import generate
from tests.fuzz.run import BAD, KINDS, Outcome, attempt, shrink

PROFILES = {"plain": ("plain",), "arrays": ("arrays",), "both": ("plain", "arrays", "arrays")}


def draw(seed: int, profile: str) -> tuple[str, list[str]]:
    kinds = PROFILES[profile]
    return generate(Seeded(seed), kinds[seed % len(kinds)])


def is_thorough(seed: int) -> bool:
    """Most time goes into compiling: one program of twenty is compiled for each argument alone, too."""
    return seed % 20 == 0


def outcome_of(seed: int, profile: str, timeout: float) -> Outcome:
    return attempt(*draw(seed, profile), timeout, thorough=is_thorough(seed))


def note(folder: Path, seed: int, profile: str, outcome: Outcome) -> None:
    """Write a bad program to the folder, with its outcome as a comment."""
    text, parameters = draw(seed, profile)
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"main({', '.join(parameters)})", outcome.kind, outcome.reason, *outcome.detail.splitlines()]
    (folder / f"{profile}_{seed}.py").write_text(text + "\n" + "".join(f"# {line}\n" for line in lines))


def saved(path: Path) -> tuple[str, list[str]]:
    """A program that `note` wrote."""
    text, _, rest = path.read_text().partition("\n# main(")
    return text, rest.partition(")")[0].split(", ")


def show(text: str, parameters: list[str], options: argparse.Namespace) -> int:
    found = attempt(text, parameters, options.timeout, thorough=True)
    if options.shrink:
        text = shrink(text, parameters, found)
        found = attempt(text, parameters, options.timeout, thorough=True)
    if options.brief:
        print(found.kind, found.reason, sep="  ")
    else:
        print(text, f"# {parameters}", found.kind, found.reason, found.detail, sep="\n")
    return int(found.kind in BAD)


class Tally:
    def __init__(self) -> None:
        self.kinds: collections.Counter[str] = collections.Counter()
        self.reasons: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
        self.examples: dict[tuple[str, str], list[int]] = collections.defaultdict(list)
        self.start = time.perf_counter()

    def add(self, seed: int, outcome: Outcome) -> None:
        self.kinds[outcome.kind] += 1
        if outcome.reason:
            self.reasons[outcome.kind][outcome.reason] += 1
            self.examples[outcome.kind, outcome.reason].append(seed)

    def total(self) -> str:
        counts = "  ".join(f"{kind} {self.kinds[kind]}" for kind in KINDS)
        count, seconds = self.kinds.total(), time.perf_counter() - self.start
        return f"{count} programs: {counts}  ({seconds:.0f} s, {seconds / max(count, 1):.3f} s each)"

    def table(self) -> str:
        lines = []
        for kind, found in sorted(self.reasons.items(), key=lambda pair: KINDS.index(pair[0])):
            lines.append(f"── {kind} " + "─" * (90 - len(kind)))
            for reason, count in found.most_common(40):
                seeds = ", ".join(map(str, self.examples[kind, reason][:4]))
                lines.append(f"{count:6d}  {reason}   (seeds {seeds})")
        codes = collections.Counter[str]()
        for reason, count in self.reasons["refused"].items():
            codes[reason.partition(" ")[0]] += count
        lines.append("── refused, by code " + "─" * 72)
        lines.append("  ".join(f"{code} {count}" for code, count in codes.most_common()))
        return "\n".join([*lines, self.total()])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="the first program's seed")
    parser.add_argument("--profile", choices=sorted(PROFILES), default="both")
    parser.add_argument("--timeout", type=float, default=20.0, help="seconds for one program")
    parser.add_argument("--shrink", type=int, default=0, metavar="N", help="shrink the first N bad programs")
    parser.add_argument("--save", type=Path, help="folder for bad programs")
    parser.add_argument("--show", type=int, metavar="SEED")
    parser.add_argument("--again", type=Path, nargs="+", metavar="FILE", help="programs that were saved")
    parser.add_argument(
        "--brief", action="store_true", help="of programs that are shown, only what came of them"
    )
    options = parser.parse_args()

    if options.again or options.show is not None:
        drawn = [saved(path) for path in options.again] or [draw(options.show, options.profile)]
        return max(show(text, parameters, options) for text, parameters in drawn)

    gc.freeze()  # a fifth of the time goes into collecting what hardly ever is garbage
    gc.set_threshold(20_000, 50, 100)
    tally = Tally()
    unlike: dict[tuple[str, str], tuple[int, Outcome]] = {}
    for seed in range(options.seed, options.seed + options.count):
        outcome = outcome_of(seed, options.profile, options.timeout)
        tally.add(seed, outcome)
        if outcome.kind in BAD:
            unlike.setdefault((outcome.kind, outcome.reason), (seed, outcome))
            if options.save:
                note(options.save, seed, options.profile, outcome)
        if tally.kinds.total() % 100 == 0:
            print(tally.total(), file=sys.stderr, flush=True)
    print(tally.table())
    for seed, outcome in list(unlike.values())[: options.shrink]:
        text, parameters = draw(seed, options.profile)
        small = shrink(text, parameters, outcome)
        print(f"── {outcome.kind} (seed {seed}, shrunk) " + "─" * 60)
        print(small.rstrip())
        print("\n".join("# " + line for line in attempt(small, parameters).detail.splitlines()[-12:]))
    return int(bool(unlike))


if __name__ == "__main__":
    sys.exit(main())
