"""Run many random programs and print what came of them.

python -m tests.fuzz --count 20000 --jobs 2
python -m tests.fuzz --count 2000 --profile arrays --seed 7
python -m tests.fuzz --show 1234                     # print the program of a seed, and its outcome
"""

from __future__ import annotations

import argparse
import collections
import multiprocessing
import sys
import time
from pathlib import Path

from tests.fuzz.generate import Seeded, generate
from tests.fuzz.run import BAD, Outcome, attempt, shrink

PROFILES = {"plain": (False,), "arrays": (True,), "both": (False, True)}


def draw(seed: int, profile: str) -> tuple[str, list[str]]:
    kinds = PROFILES[profile]
    return generate(Seeded(seed), arrays=kinds[seed % len(kinds)])


def is_thorough(seed: int) -> bool:
    """Most time goes into compiling: one program of ten is compiled for each argument alone, too."""
    return seed % 10 == 0


def one(job: tuple[int, str, float]) -> tuple[int, Outcome]:
    seed, profile, timeout = job
    text, parameters = draw(seed, profile)
    return seed, attempt(text, parameters, timeout, thorough=is_thorough(seed))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="the first program's seed")
    parser.add_argument("--profile", choices=sorted(PROFILES), default="plain")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=20.0)
    parser.add_argument("--shrink", type=int, default=5, metavar="N", help="shrink the first N bad programs")
    parser.add_argument("--save", type=Path, help="folder for bad programs")
    parser.add_argument("--show", type=int, metavar="SEED")
    options = parser.parse_args()

    if options.show is not None:
        text, parameters = draw(options.show, options.profile)
        found = attempt(text, parameters, options.timeout, thorough=is_thorough(options.show))
        print(text, f"# {parameters}", found.kind, found.reason, found.detail, sep="\n")
        return int(found.kind in BAD)

    start = time.perf_counter()
    counts: collections.Counter[str] = collections.Counter()
    reasons: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    examples: dict[tuple[str, str], int] = {}
    bad: list[tuple[int, Outcome]] = []
    jobs = ((options.seed + i, options.profile, options.timeout) for i in range(options.count))
    with multiprocessing.Pool(options.jobs, maxtasksperchild=500) as pool:
        outcomes = pool.imap_unordered(one, jobs, chunksize=4) if options.jobs > 1 else map(one, jobs)
        for done, (seed, outcome) in enumerate(outcomes, 1):
            counts[outcome.kind] += 1
            if outcome.reason:
                reasons[outcome.kind][outcome.reason] += 1
                examples.setdefault((outcome.kind, outcome.reason), seed)
            if outcome.kind in BAD:
                bad.append((seed, outcome))
            if sys.stderr.isatty() and done % 20 == 0:
                print(f"\r{done}/{options.count} {dict(counts)}   ", end="", file=sys.stderr)
    for kind, found in reasons.items():
        print(f"── {kind} " + "─" * (90 - len(kind)))
        for reason, count in found.most_common(30):
            print(f"{count:6d}  {reason}   (seed {examples[kind, reason]})")
    unlike: dict[tuple[str, str], int] = {}
    for seed, outcome in sorted(bad, key=lambda pair: (BAD.index(pair[1].kind), pair[0])):
        text, parameters = draw(seed, options.profile)
        if options.save:
            options.save.mkdir(parents=True, exist_ok=True)
            note = "".join(f"# {line}\n" for line in f"{outcome.kind}\n{outcome.detail}".splitlines())
            (options.save / f"{options.profile}_{seed}.py").write_text(
                f"# main({', '.join(parameters)})\n{text}\n{note}"
            )
        key = (outcome.kind, outcome.reason)
        if key not in unlike and len(unlike) < options.shrink:
            unlike[key] = seed
            small = shrink(text, parameters, outcome)
            print(f"── {outcome.kind} (seed {seed}, shrunk) " + "─" * 60)
            print(small.rstrip())
            print("\n".join("# " + line for line in attempt(small, parameters).detail.splitlines()[-12:]))
    kinds = ("ok", "refused", "WRONG", "crash", "slow", "unsound", "broken")
    print(
        "total " + "  ".join(f"{k} {counts[k]}" for k in kinds) + f"  ({time.perf_counter() - start:.1f} s)"
    )
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
