"""The figures as tables in docs/quality.md, between two marks, and the errors as a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.quality.extraction import Measured
from benchmarks.quality.retrieval import Found
from benchmarks.quality.scores import Score, Vote, calibration_error
from benchmarks.quality.sets import NEVER

BEGIN: Final = "<!-- figures: make eval -->"
END: Final = "<!-- end of the figures -->"


def tables(
    measured: Sequence[Measured],
    crossed: Sequence[Measured],
    joins: Mapping[str, Score],
    seconds: float,
    slowest: float,
    mixed: int,
    found: Sequence[Found] | None,
) -> str:
    """All figures of one run.

    :param crossed: the sets that were fitted on, each fifth of them measured by what was fitted on the others.
    """
    lines = _head("names, exact spans and types", "texts")
    lines += [_row(each.title, each.texts, each.names) for each in measured if each.names]
    lines += ["", *_head("relations end to end", "texts")]
    lines += [_row(each.title, each.texts, each.relations) for each in measured if each.relations]
    lines += ["", *_head("names of one thing, pairwise", "pairs")]
    lines += [_row(title, each.right + each.missed, each) for title, each in joins.items()]
    lines += ["", *_head("by relation, all sets", "true")]
    lines += [_row(kind, each.right + each.missed, each) for kind, each in _by_relation(measured).items()]
    lines += ["", "| expected calibration error, ten bins | found | error |", "|---|---:|---:|"]
    for what, votes in _votes(measured, crossed).items():
        lines.append(f"| {what} | {len(votes)} | {calibration_error(votes):.3f} |")
    lines += ["", "| extraction takes | seconds of one core |", "|---|---:|"]
    lines += [f"| 256 tokens of Re-DocRED | {seconds:.3f} |"]
    if mixed:
        lines.append(f"| the slowest of {mixed:,} random mixed texts | {slowest:.2f} |")
    if found is not None:
        lines += ["", "| search, answered in the files | questions | hit@1 | hit@5 |", "|---|---:|---:|---:|"]
        lines += [f"| {f.name} | {len(f.ranks)} | {f.hit(1):.3f} | {f.hit(5):.3f} |" for f in found]
    return "\n".join(lines)


def write(path: Path, figures: str) -> None:
    """Put *figures* between the marks of the page."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")


def list_errors(measured: Iterable[Measured]) -> str:
    """What was wrong and what was missed, set by set."""
    lines = []
    for each in measured:
        for what, score in (("names", each.names), ("relations", each.relations)):
            if score is not None:
                lines += [f"# {each.title}: {what}", *score.errors, ""]
    return "\n".join(lines)


def _head(what: str, counted: str) -> list[str]:
    return [f"| {what} | {counted} | precision | recall | F1 |", "|---|---:|---:|---:|---:|"]


def _row(title: str, count: int, score: Score) -> str:
    return f"| {title} | {count:,} | {score.precision:.3f} | {score.recall:.3f} | {score.f1:.3f} |"


def _by_relation(measured: Iterable[Measured]) -> dict[str, Score]:
    scores: dict[str, Score] = {}
    for each in measured:
        for kind, counts in (each.relations.by_kind if each.relations else {}).items():
            score = scores.setdefault(kind, Score())
            score.right += counts["right"]
            score.wrong += counts["wrong"]
            score.missed += counts["missed"]
    return dict(sorted(scores.items()))


def _votes(measured: Iterable[Measured], crossed: Iterable[Measured]) -> dict[str, list[Vote]]:
    votes: dict[str, list[Vote]] = {}
    never = ((NEVER, each) for each in measured if NEVER in each.title)
    for where, each in (*(("fitted on other texts", one) for one in crossed), *never):
        for what, some in (("names", each.name_votes), ("relations", each.relation_votes)):
            votes.setdefault(f"{what}, {where}", []).extend(some)
    return dict(sorted(votes.items()))
