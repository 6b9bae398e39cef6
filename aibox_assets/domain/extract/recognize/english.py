"""English NER: spaCy's entities, cleaned and typed by the ontology."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from aibox_assets.domain.extract.text.document_en import Document, Span
from aibox_assets.domain.models import Mention
from aibox_assets.domain.ontology import Ontology

# Words that end the names of organizations: stronger than the model's guess for the name as a whole.
_ORGANIZATION_END = re.compile(
    r"\b(?:Inc|Corp|Corporation|Ltd|LLC|PLC|GmbH|AG|Co|Company|Group|Holdings|University|College|Institute|Bank|"
    r"Laboratories|Foundation|Association|Technologies|Systems|Industries|Electronics|Motors|Airlines|"
    r"Pharmaceuticals|Ministry|Agency|Hospital|Committee|Council|Partners|Ventures|Capital|Labs|Software|"
    r"Robotics|Semiconductor|Semiconductors|Entertainment|Media|Party|Union|Museum|Chemie|Chemicals|Chemical|"
    r"Power|Energy|Cells|Batteries|Maschinenbau|Werke|Logistics|Foods|Steel|Biotech|Networks|Solutions|"
    r"Engineering|Manufacturing|Materials|Plastics|Instruments|Optics)\.?$"
)
_EVENT_END = re.compile(
    r"\b(?:Expo|Summit|Conference|Fair|Festival|Symposium|Marathon|Championships?)(?: \d{4})?$"
)
_MODEL_END = re.compile(r"^[A-Z][a-z]+ [A-Z]{1,2}\d{1,3}$")
_NUMBERED = re.compile(r"\b(?!Covid)(?P<name>[A-Z][a-z]{2,}-\d{1,4}[A-Za-z]?)\b(?!-)")
# Codes of rooms, files and people: B12, NC-0203.
_CODE = re.compile(r"[A-Z]{1,4}-?\d[\d\-]*|[a-z]{2}-[A-Z]\w+")
# Said of companies only, and of people only.
_COMPANY_AFTER = re.compile(
    r"(?:,? which)? (?:is|was|are) headquartered|(?:,? which)? (?:supplies|competes with|manufactures) |"
    r"[’']s (?:subsidiary|headquarters|shareholders)|, an? (?:[\w-]+ ){0,3}(?:company|manufacturer|start-?up|firm)\b"
)
_COMPANY = re.compile(
    r"(?:^|(?<=[.!?;:] ))(?P<name>(?:[A-Z][\w&-]+ ){1,3}[A-Z][\w&-]+)(?= is headquartered| supplies | competes with )"
)
_PERSON_AFTER = re.compile(
    r",? who\b| (?:was|is) born\b|"
    r", an? (?:[\w-]+ ){0,2}(?:partner|professor|researcher|analyst|engineer|director) (?:at|of)"
)
_FOUNDED_BY, _TWO_NAMES = re.compile(r"\bfounded by $"), re.compile(r"[A-Z][a-z-]+ [A-Z][a-z-]+")
_CURRENCIES = frozenset({"EUR", "USD", "GBP", "JPY", "CNY", "RMB", "TWD", "NTD", "CHF"})
# Of a reading that the name's form or its context confirms; and of a bare name with a number.
_BY_FORM, _BY_MODEL, _BY_CONTEXT = 0.9, 0.7, 0.75
_LEAD = re.compile(
    r"^(?:(?:the|mr|mrs|ms|dr|prof|professor|sir|president|ceo|chairman)\b\.?\s+)+", re.IGNORECASE
)
_TRAIL = re.compile(r"(?:['’]s?|[\s,.;:)\]\"”-])+$")
_DOTTED_END = re.compile(r"\b(?:Inc|Corp|Co|Ltd|Jr|Sr|[A-Z])\.$")
_CAPITAL = re.compile(r"[A-Z\u00c0-\u00de0-9]")


def recognize(doc: Document, ontology: Ontology, precision: Mapping[str, float]) -> list[Mention]:
    """The mentions in *doc*, a document with entities; offsets count from the start of its text.

    :param precision: the model's measured precision per OntoNotes label, which becomes the confidence.
    """
    found = []
    whole = doc.text
    for span in doc.ents:
        mention = _clean(span, whole, ontology, precision)
        if mention is not None:
            found.append(mention)
    for pattern, label, sure in ((_NUMBERED, "PRODUCT", _BY_MODEL), (_COMPANY, "ORG", _BY_CONTEXT)):
        entity_type = ontology.entity_type_of(label)
        for match in pattern.finditer(whole) if entity_type else ():
            start, end = match.span("name")
            if entity_type and not any(start < each.char_end and each.char_start < end for each in found):
                found.append(Mention(start, end, match["name"], entity_type, match["name"], sure))
    return sorted(found, key=lambda each: each.char_start)


def settle(mentions: Sequence[Mention], known: Sequence[Mention] = ()) -> list[Mention]:
    """The mentions of one chunk, agreed on the types of their names and on who a lone surname is.

    :param known: mentions that something surer than the model found in this chunk; they decide the type of
        their names, and are not among the result.
    """
    return join_aliases(agree_on_types(mentions, known))


def _clean(span: Span, whole: str, ontology: Ontology, precision: Mapping[str, float]) -> Mention | None:
    start, text = span.start_char, span.text
    lead = _LEAD.match(text)
    if lead:
        start, text = start + lead.end(), text[lead.end() :]
    while (tail := _TRAIL.search(text)) and not _DOTTED_END.search(text):
        text = text[: tail.start()]
    name = " ".join(text.split())
    if (
        len(name) < 2
        or len(name) > 100
        or not _CAPITAL.search(name)
        or name.isdigit()
        or _CODE.fullmatch(name)
    ):
        return None
    after = whole[start + len(text) : start + len(text) + 60]
    label = label_of(name, span.label_, whole[max(0, start - 20) : start], after)
    if (label == "PERSON" and any(each.isdigit() for each in name)) or name in _CURRENCIES:
        return None
    entity_type = ontology.entity_type_of(label)
    if entity_type is None:
        return None
    # Two witnesses: the model and the form of the name, or of what stands behind it.
    sure = precision.get(label, 0.7) if label == span.label_ else _BY_FORM
    return Mention(start, start + len(text), text, entity_type, name, round(sure, 3))


def label_of(name: str, label: str, before: str, after: str) -> str:
    """The model's *label* of *name*, corrected by the name's form and by the words *before* and *after* it."""
    several = " " in name
    if several and _EVENT_END.search(name):
        return "EVENT"
    if several and _ORGANIZATION_END.search(name):
        return "ORG"
    if several and label in ("PERSON", "ORG") and _MODEL_END.search(name):
        return "PRODUCT"
    if label in ("PERSON", "PRODUCT", "WORK_OF_ART", "NORP") and _COMPANY_AFTER.match(after):
        return "ORG"
    person = _PERSON_AFTER.match(after) or (_FOUNDED_BY.search(before) and _TWO_NAMES.fullmatch(name))
    if label == "ORG" and several and person:
        return "PERSON"
    return label


def agree_on_types(mentions: Sequence[Mention], known: Sequence[Mention] = ()) -> list[Mention]:
    """One type per name within a chunk: that of *known*, else the surest and most frequent one."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for mention in mentions:
        # One reading by form or context outweighs several of the model's.
        votes[mention.name][mention.type] += 10 if mention.confidence == _BY_FORM else 1
    for mention in known:
        votes[mention.name][mention.type] += 1000
    winners = {name: counted.most_common(1)[0][0] for name, counted in votes.items()}
    surest: dict[str, float] = {}
    for each in mentions:
        if each.type == winners[each.name]:
            surest[each.name] = max(each.confidence, surest.get(each.name, 0.0))
    return [
        replace(each, type=winners[each.name], confidence=surest.get(each.name, _BY_FORM))
        for each in mentions
    ]


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
