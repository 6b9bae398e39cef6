"""How likely a name is right that tagger, rules, or both propose, and a relation that the tagger proposes: what speaks
for it, weighed by a fitted line.

``names.json`` and ``relations.json`` have the weights, by language (logistic regressions); ``python -m
benchmarks.quality.fitting`` makes it anew, whenever the tagger or the rules have changed.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aibox_assets.domain.extract.names import has_chinese
from aibox_assets.domain.extract.proposals import calibrate
from aibox_assets.domain.extract.proposals.calibrate import log_odds
from aibox_assets.domain.models import Mention

FILE = Path(__file__).with_name("names.json")
_OF_TITLES = frozenset({"LEADS", "WORKS_FOR", "FOUNDED", "MEMBER_OF", "STUDIED_AT"})
_LONG = 6  # characters of a Chinese name
RELATIONS_FILE = FILE.with_name("relations.json")
Weights = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that may stand.

    :ivar mention: as it would stand. :ivar witnesses: what speaks for and against it, by name.
    """

    mention: Mention
    witnesses: Mapping[str, float]

    @property
    def language(self) -> str:
        """``zh`` or ``en``."""
        return "zh" if has_chinese(self.mention.text) else "en"


@dataclass(frozen=True, slots=True)
class Around:
    """What else is proposed around a candidate.

    :ivar tagged: whether the tagger proposes it. :ivar likelihood: that the tagger gives it.
    :ivar room: how likely its units belong to names, on average. :ivar confidence: of the rule that proposes it;
        None for none. :ivar other_type: a rule sees another type. :ivar other_limits: a rule sees other limits.
    :ivar crossed: by another name of the tagger. :ivar supported: by a relation of the rules.
    :ivar again: how often the tagger finds it elsewhere in the text.
    :ivar cuts: whether it begins, and whether it ends, within what the Chinese dictionary takes for one word.
    :ivar length: of a Chinese name in characters; 0 for others.
    """

    tagged: bool
    likelihood: float
    room: float
    confidence: float | None
    other_type: bool
    other_limits: bool
    crossed: bool
    supported: bool
    again: int
    cuts: tuple[bool, bool] = (False, False)
    length: int = 0


def witnesses(kind: str, around: Around) -> dict[str, float]:
    """The values that are weighed for a name of *kind* (``PERSON``, ``ORG``, ``GPE``)."""
    tagged, ruled = float(around.tagged), float(around.confidence is not None)
    likely = log_odds(around.likelihood)
    person, organization = float(kind == "PERSON"), float(kind == "ORG")
    return {
        "one": 1.0,
        "tagged": tagged,
        "likely": likely,
        "tagged and likely": tagged * likely,
        "room": log_odds(around.room),
        "ruled": ruled,
        "rule": log_odds(around.confidence) if around.confidence is not None else 0.0,
        "both": tagged * ruled,
        "other type": float(around.other_type),
        "other limits": float(around.other_limits),
        "crossed": float(around.crossed),
        "supported": float(around.supported),
        "person": person,
        "organization": organization,
        "ruled person": ruled * person,
        "ruled organization": ruled * organization,
        "again": math.log1p(around.again),
        "cut in": float(around.cuts[0]),
        "cut off": float(around.cuts[1]),
        "single": float(around.length == 1),
        "long": float(around.length > _LONG),
        "person of two": person * (around.length == 2),
        "person of three": person * (around.length == 3),
    }


@cache
def weights_digest() -> str:
    """Of all that was fitted, 8 hex digits: it changes what a text gives."""
    fitted = (FILE, RELATIONS_FILE, calibrate.FILE)
    return hashlib.sha256(b"".join(each.read_bytes() for each in fitted)).hexdigest()[:8]


@cache
def fitted_weights() -> Weights:
    """By language."""
    read: Weights = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def likelihood(candidate: Candidate, weights: Weights) -> float:
    """That *candidate* is right."""
    return weigh(candidate.witnesses, weights[candidate.language])


def weigh(seen: Mapping[str, float], line: Mapping[str, float]) -> float:
    """The likelihood by *line*; what it has no weight for counts nothing."""
    odds = sum(line.get(name, 0.0) * value for name, value in seen.items() if value)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


@dataclass(frozen=True, slots=True)
class Seen:
    """What speaks for a relation of the tagger. :ivar language: of the words between its ends.

    :ivar led: whether it is said in one sentence, or a word of place leads its tail ("in Berlin").
    """

    language: str
    witnesses: Mapping[str, float]
    led: bool


@dataclass(frozen=True, slots=True)
class RelationWeights:
    """:ivar least: how likely a relation must be to be told."""

    least: float
    line: Mapping[str, float]


def relation_witnesses(
    relation: str,
    *,
    likely: float,
    names: float,
    sentences: int,
    rivals: int,
    country: bool,
    adjective: bool,
    known: bool | None,
    through: float,
    others: float,
    named: bool,
    titles: Set[str],
    of_another: bool,
    has_another: bool,
) -> dict[str, float]:
    """The values that are weighed for a relation of the tagger.

    :param likely: that the tagger gives it. :param names: the product of its names' likelihoods.
    :param sentences: that its evidence takes. :param rivals: how many other tails the tagger has for this head.
    :param country: the head is one. :param adjective: the tail is no name, but an adjective of one.
    :param known: whether it is, without this text; None where nobody knows.
    :param through: how likely the head is in another place that is in the tail.
    :param others: how much else the tagger takes to be in the tail.
    :param named: the head is an organization that has the place in its name.
    :param titles: the relations that the head's titles state, to whomever.
    :param of_another: rules say that the head has its post elsewhere. :param has_another: rules say who has the post.
    """
    post = relation in _OF_TITLES
    return {
        "one": 1.0,
        "likely": log_odds(likely),
        "names": log_odds(names),
        "apart": min(3.0, max(0.0, sentences - 1.0)),
        "rivals": math.log1p(rivals),
        "country": float(country),
        "adjective": float(adjective),
        "known": float(known is True),
        "known elsewhere": float(known is False),
        "through": through,
        "others": math.log1p(others),
        "named": float(named),
        "titled so": float(relation in titles),
        "titled else": float(post and bool(titles) and relation not in titles),
        "of another": float(post and of_another),
        "has another": float(post and has_another),
        relation: 1.0,
    }


@cache
def fitted_relations() -> Mapping[str, RelationWeights]:
    """By language."""
    read = json.loads(RELATIONS_FILE.read_text(encoding="utf-8"))
    return {language: RelationWeights(each["least"], each["line"]) for language, each in read.items()}


def choose(weighed: Sequence[tuple[Mention, float]], least: float) -> list[Mention]:
    """The likeliest mentions that are no less likely than *least* and do not overlap, in order."""
    kept: list[Mention] = []
    for mention, chance in sorted(weighed, key=lambda it: (-it[1], it[0].char_start, it[0].char_end)):
        if chance < least:
            break
        if all(
            mention.char_end <= other.char_start or mention.char_start >= other.char_end for other in kept
        ):
            kept.append(mention)
    return sorted(kept, key=lambda each: each.char_start)
