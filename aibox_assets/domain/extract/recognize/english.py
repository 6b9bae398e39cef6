"""English NER: spaCy's entities, cleaned and typed by the ontology."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from aibox_assets.domain.models import Mention
from aibox_assets.domain.ontology import Ontology

# Words that end the names of organizations: stronger than the model's guess for the name as a whole.
_ORGANIZATION_END = re.compile(
    r"\b(?:Inc|Corp|Corporation|Ltd|LLC|PLC|Co|Company|Group|Holdings|University|College|Institute|Bank|"
    r"Laboratories|Foundation|Association|Technologies|Systems|Industries|Electronics|Motors|Airlines|"
    r"Pharmaceuticals|Ministry|Agency|Hospital|Committee|Council|Partners|Ventures|Capital|Labs|Software|"
    r"Robotics|Semiconductor|Semiconductors|Entertainment|Media|Party|Union|Museum)\.?$"
)
_LEAD = re.compile(
    r"^(?:(?:the|mr|mrs|ms|dr|prof|professor|sir|president|ceo|chairman)\b\.?\s+)+", re.IGNORECASE
)
_TRAIL = re.compile(r"(?:['’]s?|[\s,.;:)\]\"”-])+$")
_DOTTED_END = re.compile(r"\b(?:Inc|Corp|Co|Ltd|Jr|Sr|[A-Z])\.$")
_CAPITAL = re.compile(r"[A-Z\u00c0-\u00de0-9]")


def recognize(doc: Any, ontology: Ontology, precision: Mapping[str, float]) -> list[Mention]:
    """The mentions in *doc*, a spaCy document with entities; offsets count from the start of its text.

    :param precision: the model's measured precision per OntoNotes label, which becomes the confidence.
    """
    found = []
    for span in doc.ents:
        mention = _clean(span, ontology, precision)
        if mention is not None:
            found.append(mention)
    return join_aliases(agree_on_types(found))


def _clean(span: Any, ontology: Ontology, precision: Mapping[str, float]) -> Mention | None:
    start, text = span.start_char, span.text
    # A name does not run over the end of a line that is followed by another paragraph.
    text = text.split("\n\n")[0]
    lead = _LEAD.match(text)
    if lead:
        start, text = start + lead.end(), text[lead.end() :]
    while (tail := _TRAIL.search(text)) and not _DOTTED_END.search(text):
        text = text[: tail.start()]
    name = " ".join(text.split())
    label = "ORG" if _ORGANIZATION_END.search(name) and " " in name else span.label_
    entity_type = ontology.entity_type_of(label)
    if entity_type is None or len(name) < 2 or len(name) > 100 or not _CAPITAL.search(name) or name.isdigit():
        return None
    return Mention(start, start + len(text), text, entity_type, name, round(precision.get(label, 0.7), 3))


def agree_on_types(mentions: Sequence[Mention]) -> list[Mention]:
    """One type per name within a chunk: the one given most often, the first given on a draw."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for mention in mentions:
        votes[mention.name][mention.type] += 1
    return [replace(each, type=votes[each.name].most_common(1)[0][0]) for each in mentions]


def join_aliases(mentions: Sequence[Mention], person: str = "Person") -> list[Mention]:
    """A lone surname or given name takes the full name, where exactly one person of the chunk bears it."""
    bearers: dict[str, set[str]] = defaultdict(set)
    for mention in mentions:
        parts = mention.name.split()
        if mention.type == person and len(parts) > 1:
            for part in {parts[0], parts[-1]}:
                bearers[part].add(mention.name)
    joined = []
    for mention in mentions:
        full = bearers.get(mention.name, set())
        single = mention.type == person and len(full) == 1
        joined.append(replace(mention, name=next(iter(full))) if single else mention)
    return joined
