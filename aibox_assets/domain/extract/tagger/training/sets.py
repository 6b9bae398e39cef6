"""The sets of a folder that the tagger learns from: read, checked, and a part of each kept apart to measure on.

JSON lines; offsets count characters. The folder of a file says what its lines have:

- ``relations``: ``text``, ``entities`` (``start``, ``end``, ``type``, or ``type`` and ``mentions`` with ``start`` and
  ``end``) and ``relations`` (``[head, name, tail]``, ends by their places in ``entities``).
- ``sentences``: the same without offsets: ``text``, ``names`` and ``triples``; see :mod:`.sentences`.
- ``ner``: ``text`` and ``entities``.
- ``pairs``: ``text``, ``head``, ``relation``, ``tail``: two organizations by their names; a line each.
- ``texts``, ``retrieval``: ``text`` alone, of which nothing is known.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.extract.tagger.labels import ENTITY_TYPES, RELATIONS
from aibox_assets.domain.extract.tagger.training.sentences import entities_of, relations_of

RELATED, NAMED, PAIRS, TEXTS = "relations", "ner", "pairs", "texts"
SENTENCES: Final = "sentences"
FOLDERS: Final = {
    RELATED: RELATED,
    SENTENCES: RELATED,
    NAMED: NAMED,
    PAIRS: PAIRS,
    TEXTS: TEXTS,
    "retrieval": TEXTS,
}
OF_NO_KIND: Final = len(ENTITY_TYPES)
_KINDS: Final = {kind: i for i, kind in enumerate(ENTITY_TYPES)} | {
    "Other": ENTITY_TYPES.index("Misc"),
    "MISC": ENTITY_TYPES.index("Misc"),
    "TIME": ENTITY_TYPES.index("Time"),
    "NUM": OF_NO_KIND,
}
# What the tagger has under another name as well, as Re-DocRED has it.
_ALSO: Final = dict.fromkeys(("AUTHORED", "DIRECTED", "PERFORMED"), "PRODUCES")
_NOTHING: Final = frozenset({"NONE", "OTHER"})  # of pairs between which there is no relation, or none of ours
_MANY: Final = 500  # texts of a set, of which a tenth is enough to measure on; of fewer it is a fifth
_MOST: Final = 50_000  # lines of a file: no training of hours sees more, and all of them are held in memory

Span = tuple[int, int]


@dataclass
class Source:
    """A text with what is known of it; offsets in characters.

    :ivar entities: their mentions, and their places in ``ENTITY_TYPES`` (``OF_NO_KIND`` for others).
    :ivar relations: head, place in ``RELATIONS``, tail. :ivar pairs: those whose relation is known; None for all.
    :ivar partly: of names that are not given nothing is known. :ivar absent: kinds of which its set has no name, so
        that nothing is known of these. :ivar stated: the relations that its set states, by their places in
        ``RELATIONS``; of others it says nothing.
    :ivar unsure: what may or may not be part of a name. :ivar weight: of its names.
    """

    set: str
    form: str
    text: str
    entities: list[tuple[list[Span], int]] = field(default_factory=list)
    relations: list[tuple[int, int, int]] = field(default_factory=list)
    pairs: list[Span] | None = None
    partly: bool = False
    absent: frozenset[int] = frozenset()
    stated: frozenset[int] = frozenset()
    unsure: list[Span] = field(default_factory=list)
    weight: float = 1.0

    @property
    def related(self) -> bool:
        """Whether it teaches relations."""
        return self.form in (RELATED, PAIRS)


@dataclass(frozen=True)
class Sets:
    """:ivar said: a line of each file, for people."""

    learned: list[Source]
    apart: list[Source]
    said: list[str]


def read_sets(data: Path) -> Sets:
    """What the files in *data* have.

    :raises ConfigurationError: there are none, a line is wrong, or they are too few to learn from.
    """
    learned: list[Source] = []
    apart: list[Source] = []
    said = []
    for folder, form in FOLDERS.items():
        for path in sorted((data / folder).glob("*.jsonl")):
            unknown: Counter[str] = Counter()
            own = _read(path, form, unknown)
            held = [] if form == TEXTS else [each for each in own if is_apart(each.text, len(own))]
            taken = {each.text for each in held}
            apart += held
            learned += [each for each in own if each.text not in taken]
            said.append(f"{folder}/{path.name}: {len(own):,} texts, {len(held):,} of them kept apart.")
            if unknown:
                names = ", ".join(f"{name} ({count})" for name, count in unknown.most_common())
                said.append(f"  Not learned, since the tagger has no such relation: {names}.")
    held_out = {each.text for each in apart}
    learned = [each for each in learned if each.text not in held_out]
    if not apart or not any(each.form != TEXTS for each in learned):
        raise ConfigurationError(
            f"{data} has too few texts to learn from and to measure on."
            if said
            else f"{data} has no set: no .jsonl in relations, ner or pairs.",
            "Put some dozens of texts at least into relations/NAME.jsonl or ner/NAME.jsonl there, a line each: "
            '{"text": "Ann runs Acme.", "entities": [{"start": 0, "end": 3, "type": "Person"}, '
            '{"start": 9, "end": 13, "type": "Organization"}], "relations": [[0, "LEADS", 1]]}',
        )
    stated = _stated([*learned, *apart])
    learned, apart = ([replace(each, stated=stated[_states(each)]) for each in of] for of in (learned, apart))
    return Sets(learned, apart, said)


def _stated(sources: Iterable[Source]) -> Mapping[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = defaultdict(frozenset)
    for each in sources:
        found[_states(each)] |= {relation for _, relation, _ in each.relations}
    return found


def _states(source: Source) -> str:
    """What a text's relations are known with: sentences have all that the files beside theirs have, too."""
    folder, _, _ = source.set.partition("/")
    return folder if folder == SENTENCES else source.set


def is_apart(text: str, texts: int) -> bool:
    """Decided by the text alone, so that a new line moves no other."""
    share = 10 if texts >= _MANY else 5
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % share == 0


def _read(path: Path, form: str, unknown: Counter[str]) -> list[Source]:
    """:param unknown: gets the relations that the tagger does not know."""
    name = f"{path.parent.name}/{path.stem}"
    sources: dict[str, Source] = {}
    pairs: dict[str, list[Mapping[str, Any]]] = {}
    for number, line in _lines(path):
        try:
            row = json.loads(line)
            if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not row["text"].strip():
                raise ValueError('it has no "text"')
            source = Source(name, form, row["text"])
            if form == PAIRS:
                pairs.setdefault(source.text, []).append(row)
                source = _with_pairs(source, pairs[source.text])
                unknown.update({row["relation"]} - _NOTHING - set(RELATIONS[1:]))
            elif path.parent.name == SENTENCES:
                _add_entities(source, entities_of(row))
                _add_relations(source, list(relations_of(row)), unknown)
            elif form != TEXTS:
                _add_entities(source, row["entities"])
                _add_relations(source, row.get("relations", ()), unknown)
            sources[source.text] = source
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            reason = {KeyError: f"it has no {error}", ValueError: str(error)}.get(
                type(error), f"it is not of the form that {path.parent.name} has ({error})"
            )
            raise ConfigurationError(
                f"{path}, line {number}: {reason}.", "Correct the line, or take it out."
            ) from error
    named = {kind for each in sources.values() for _, kind in each.entities}
    absent = frozenset(range(len(ENTITY_TYPES))) - named
    if form in (RELATED, NAMED):
        return [replace(each, absent=absent) for each in sources.values()]
    return [replace(each, partly=True, weight=0.5) for each in sources.values()]


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Those that are not empty, by number from 1; evenly where there are too many."""
    try:
        with path.open("rb") as lines:
            step = -(-sum(1 for _ in lines) // _MOST)
        with path.open(encoding="utf-8-sig", newline="\n") as lines:
            for number, line in enumerate(lines):
                if number % step == 0 and line.strip():
                    yield number + 1, line
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.", "Save it as UTF-8.") from error


def _add_entities(source: Source, entities: Sequence[Mapping[str, Any]]) -> None:
    for entity in entities:
        if entity["type"] not in _KINDS:
            raise ValueError(f"{entity['type']!r} is none of the types {', '.join(_KINDS)}")
        spans = {_span(source.text, each) for each in entity.get("mentions", [entity])}
        source.entities.append((sorted(spans), _KINDS[entity["type"]]))


def _span(text: str, mention: Mapping[str, Any]) -> Span:
    start, end = mention["start"], mention["end"]
    if not 0 <= start < end <= len(text):
        raise ValueError(f"the text has no characters {start} to {end}")
    if mention.get("text", text[start:end]) != text[start:end]:
        raise ValueError(f"characters {start} to {end} are {text[start:end]!r}, not {mention['text']!r}")
    return start, end


def _add_relations(source: Source, relations: Sequence[Sequence[Any]], unknown: Counter[str]) -> None:
    for each in relations:
        if len(each) != 3 or not all(each[end] in range(len(source.entities)) for end in (0, 2)):
            raise ValueError(f"relation {each} is not [head, name, tail], ends by their places in entities")
        head, relation, tail = each
        if not source.entities[head][0] or not source.entities[tail][0]:
            continue  # its names are parts of others
        if relation not in RELATIONS[1:]:
            unknown[str(relation)] += 1
            continue
        called = [relation, _ALSO[relation]] if relation in _ALSO else [relation]
        source.relations += [(head, RELATIONS.index(name), tail) for name in called]


def _with_pairs(source: Source, rows: Sequence[Mapping[str, Any]]) -> Source:
    """*source* with the organizations of its lines, and what they are to each other."""
    text = source.text
    for end in ("head", "tail"):
        if not isinstance(rows[-1][end], str) or not rows[-1][end] or rows[-1][end] not in text:
            raise ValueError(f"{end} {rows[-1][end]!r} does not stand in the text")
    names = list(dict.fromkeys(name for row in rows for name in (row["head"], row["tail"])))
    found = {name: [match.span() for match in re.finditer(re.escape(name), text)] for name in names}
    whole = [span for spans in found.values() for span in spans]
    organization = ENTITY_TYPES.index("Organization")
    for spans in found.values():
        # A short name inside of a longer one is no mention of its own.
        own = [(a, b) for a, b in spans if not any(c <= a and b <= d and d - c > b - a for c, d in whole)]
        source.entities.append((own, organization))
    ends = [(names.index(row["head"]), row["relation"], names.index(row["tail"])) for row in rows]
    source.relations += [(h, RELATIONS.index(name), t) for h, name, t in ends if name in RELATIONS[1:]]
    return replace(source, pairs=[(h, t) for h, _, t in ends])
