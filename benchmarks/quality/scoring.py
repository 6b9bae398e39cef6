"""Whether scores across languages are probabilities, by how much a question's unknown words count against passages.

``python -m benchmarks.quality.scoring [--every N]`` prints a table in Markdown. AIBOX_TEST_DATA names the folder of the
public sets. Half of the weight is of questions that have an answer, a quarter of such whose article is left out, and a
quarter of such of the other collection. ``ranking.UNKNOWN`` and the constant of ``ranking.score`` are set by it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aibox_assets.domain import ranking
from aibox_assets.domain.embed import DEFAULT_MODEL
from aibox_assets.resources.platform import Platform
from benchmarks.quality.retrieval import Found, Paragraph, ask, filled, read_sets
from benchmarks.quality.sets import data_folder

Floats = NDArray[np.float64]

SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
DIRECTIONS: Final = (("xquad_en", "xquad_zh", "cmrc_zh"), ("xquad_zh", "xquad_en", "xquad_en"))
"""Whose questions, of whose texts, and of which texts that answer none of them (questions of CMRC, in the latter)."""
ANSWERED: Final = 0.5
"""The weight of questions that have an answer."""
SHIFTS: Final = np.arange(-1.0, 1.01, 0.1)


def kinds(platform: Platform, sets: dict[str, list[Paragraph]], every: int) -> list[tuple[Found, float]]:
    """Questions across languages, each kind with its weight."""
    found = []
    for asked, searched, foreign in DIRECTIONS:
        others = "cmrc_zh" if foreign == searched else asked
        found += [
            (ask(platform, f"{asked} of {searched}", sets[asked], asked, searched, every), ANSWERED),
            (ask(platform, f"{asked} of {searched}, left out", sets[asked], "", searched, every), 0.25),
            (ask(platform, f"{others} of {foreign}", sets[others], others, foreign, 2 * every), 0.25),
        ]
    return found


def loss(found: Sequence[tuple[Found, float]], shift: float) -> float:
    """The mean of -log of the probability that is said of what is so, with *shift* added to the evidence."""
    total = 0.0
    for kind, weight in found:
        score = np.clip(np.array(kind.scores), 1e-3, 1 - 1e-3)
        evidence = np.log(score / (1 - score)) + shift
        right: Floats = np.array([rank == 0 and weight == ANSWERED for rank in kind.ranks], np.float64)
        total += weight * float(np.mean(np.logaddexp(0, evidence) - right * evidence))
    return total / sum(weight for _, weight in found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=4)
    every = parser.parse_args().every
    sets = read_sets(data_folder() / "retrieval")
    print("| unknown words count | loss | shift that lowers it most | loss then | shares that reach 0.2 |")
    print("|---:|---:|---:|---:|---|")
    with filled(sets, DEFAULT_MODEL) as platform:
        for share in SHARES:
            ranking.UNKNOWN = share  # type: ignore[misc]  # it is what is measured
            found = kinds(platform, sets, every)
            best = min(SHIFTS, key=lambda shift: loss(found, float(shift)))
            reach = ", ".join(f"{kind.reach(0.2):.3f}" for kind, _ in found)
            print(
                f"| {share} | {loss(found, 0):.4f} | {best:.1f} | {loss(found, float(best)):.4f} | {reach} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
