"""Stage 3, RT: the text's phrase onto a relation type of the ontology. What fits none is dropped.

A phrase may say the relation from head to tail (``acquired``), the other way round (``was acquired by``,
``由…收购``), or name a role (``chief executive of``, ``的董事长``), whose direction the entity types decide.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from aibox_assets.domain.extract.names import entity_key, has_chinese, to_simplified
from aibox_assets.domain.extract.recognize.lexicon_zh import PERSON_ENDS, PROFESSIONS
from aibox_assets.domain.models import Mention, Relation
from aibox_assets.domain.ontology import Ontology, RelationType

_PREPOSITIONS = ("of", "at", "for", "in", "with", "to", "from", "against")
_DETERMINERS = frozenset({"a", "an", "the", "its", "his", "her", "their", "our", "my"})
# What is not so, or not known to be so.
_UNASSERTED = frozenset({"potential", "possible", "prospective", "alleged"})
# When it is so: another stage reads that (:mod:`tense`).
_WHEN = frozenset({"former", "formerly", "ex", "late", "onetime", "previously"})
# "为 A 所收购" is a passive; "为 A 的股东" says what somebody is.
_CHINESE_PASSIVE = re.compile(r"^(?:是)?(?:(?:由|被|遭|获|获得|受).*…(?:所|的)?|为.*…所)(?P<verb>.+)$")
_CHINESE_FRAME = re.compile(r"^.*…(?:的)?(?P<core>.+)$")
_CHINESE_ASPECT = re.compile(r"[了过]|[\s《「『“\"]")
_CHINESE_TAIL = re.compile(r"[的是为在]+$")
# They begin as a phrase does, and mean something else.
_OTHER_WORDS = frozenset({"客户端", "客户机", "供应链", "总部署", "投资者", "使用者"})
# 与…组建 says nothing of whom it is done with; 夫妇 is said of two.
_CHINESE_WITH = re.compile(r"^(?:与|和|跟|同|及|以及).*…")
_OF_TWO = frozenset({"兄弟", "兄妹", "姐弟", "姐妹", "父子", "父女", "母女", "母子", "夫妇", "夫妻"})
_TITLES = frozenset((*PERSON_ENDS, *PROFESSIONS))
# A country's minister of something leads a ministry that is not named.
_MINISTER = re.compile(r"[\u4e00-\u9fff](?:部长|大臣)$")
_CHINESE_WHEN = re.compile(r"^(?:前任|前|已故|原)")


@dataclass(frozen=True, slots=True)
class TypedRelation:
    """A relation of the ontology between two mentions.

    :ivar evidence: what RE found. :ivar sure: how likely it is right, where that was measured.
    :ivar happens: whether it tells what happened, not what is so for a time.
    """

    head: Mention
    tail: Mention
    relation: str
    evidence: Relation
    sure: float | None = None
    happens: bool = False

    @property
    def confidence(self) -> float:
        """0 to 1: how likely it is right; where nobody measured that, how surely it is stated, times the geometric
        mean of its two names' confidences."""
        if self.sure is not None:
            return self.sure
        return round(self.evidence.confidence * math.sqrt(self.head.confidence * self.tail.confidence), 3)


class RelationTyper:
    """Maps phrases onto the relation types of one ontology."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self._place = ontology.entity_type_of("GPE")
        # phrase → (relation type, whether the phrase goes from tail to head), in the ontology's order
        self._english: dict[str, list[tuple[RelationType, bool]]] = {}
        self._chinese: dict[str, list[tuple[RelationType, bool]]] = {}
        for relation in ontology.relation_types:
            if relation.happens:
                continue  # is read by rules of its own
            for inverse, phrases in ((False, relation.phrases_en), (True, relation.inverse_en)):
                for phrase in phrases:
                    for form in english_forms(phrase.lower()):
                        self._english.setdefault(form, []).append((relation, inverse))
            for inverse, phrases in ((False, relation.phrases_zh), (True, relation.inverse_zh)):
                for phrase in phrases:
                    self._chinese.setdefault(
                        _CHINESE_ASPECT.sub("", to_simplified(phrase)).upper(), []
                    ).append((relation, inverse))

    def type(self, relation: Relation) -> TypedRelation | None:
        """*relation* under its type; None where no type has such a phrase for such entities."""
        chinese = has_chinese(relation.phrase)
        minister = _MINISTER.search(to_simplified(relation.phrase)) is not None
        read = self._read_chinese if chinese else self._read_english
        for known, inverse, free in read(relation.phrase):
            ends = [(relation.tail, relation.head) if inverse else (relation.head, relation.tail)]
            if free:
                ends.append((ends[0][1], ends[0][0]))
            for head, tail in ends:
                if minister and tail.type == self._place:
                    continue
                if self._ontology.allows(head.type, known.name, tail.type):
                    return self._typed(known, head, tail, relation)
        return None

    def is_role(self, words: str) -> bool:
        """Whether *words*, all of them, name a role of the ontology, e.g. "Managing Director"."""
        return f"{words.lower()} of" in self._english or to_simplified(words) in _TITLES

    def check(self, name: str, relation: Relation) -> TypedRelation | None:
        """*relation* under the type that a joint model gave it; None where the ontology forbids it."""
        if not self._ontology.allows(relation.head.type, name, relation.tail.type):
            return None
        return self._typed(self._ontology.relation(name), relation.head, relation.tail, relation)

    def _typed(
        self, known: RelationType, head: Mention, tail: Mention, relation: Relation
    ) -> TypedRelation | None:
        head_key, tail_key = entity_key(head.type, head.name), entity_key(tail.type, tail.name)
        if head_key == tail_key:
            return None
        if known.symmetric and head_key > tail_key:
            head, tail = tail, head
        return TypedRelation(head, tail, known.name, relation, happens=known.happens)

    def _read_english(self, phrase: str) -> list[tuple[RelationType, bool, bool]]:
        words = [word for word in re.findall(r"[\w.&-]+", phrase.lower()) if word not in _DETERMINERS | _WHEN]
        if not words or _UNASSERTED & set(words):
            return []
        passive = words[-1] == "by" and len(words) > 1
        if passive:
            words = words[:-1]
        # The end of the phrase touches the tail: "completed its acquisition of" means "acquisition of".
        for start in range(len(words)):
            core = " ".join(words[start:])
            found = self._english.get(core, [])
            if not found and 3 <= len(words) - start <= 5:
                found = self._english.get(f"{words[start]} … {words[-1]}", [])
            role = core.endswith(_PREPOSITIONS) is False and f"{core} of" in self._english
            if role and not passive:
                found = found + self._english[f"{core} of"]
            if found:
                return [(known, inverse != passive, role) for known, inverse in found]
        return []

    def _read_chinese(self, phrase: str) -> list[tuple[RelationType, bool, bool]]:
        plain = to_simplified(phrase).upper()
        passive = _CHINESE_PASSIVE.match(plain)
        frame = _CHINESE_FRAME.match(plain)
        joined = _CHINESE_WITH.match(plain) is not None
        core = passive["verb"] if passive else frame["core"] if frame else plain
        core = _CHINESE_ASPECT.sub("", core)
        core = _CHINESE_WHEN.sub("", core.lstrip("的"))
        # A verb stands before its object, so the end of the text between decides; behind a frame, the start.
        bare = _CHINESE_TAIL.sub("", core)
        for start in range(len(core)):
            for end in range(len(core), start, -1) if frame else (len(core), len(bare)):
                said = core[start:end]
                if said not in self._chinese or core[start : end + 1] in _OTHER_WORDS:
                    continue
                if core[start - 1 : start] == "副":
                    continue
                found = [
                    each
                    for last in (range(end, start, -1) if frame else (end,))
                    if joined or core[start:last] not in _OF_TWO
                    for each in self._chinese.get(core[start:last], ())
                    if not joined or each[0].symmetric or set(each[0].tail_types) == {"Location"}
                ]
                if found:
                    # 是…的子公司, not 对…逝世表示了深切的哀悼
                    at = plain.find(said)
                    owned = "的" in (plain[:at] if at > 0 else plain)
                    role = not passive and (owned or said in _TITLES)
                    return [(known, inverse != bool(passive), role) for known, inverse in found]
        return []


def english_forms(phrase: str) -> set[str]:
    """The phrase and the regular inflections of its first word: ``acquire`` → acquires, acquired, acquiring.

    Irregular forms stand in the ontology. Inflecting a noun as well does no harm: no text says it.
    """
    first, space, rest = phrase.partition(" ")
    stem = first.removesuffix("e")
    forms = {first, f"{first}s", f"{first}es", f"{stem}ed", f"{stem}ing"}
    if first.endswith("y"):
        forms |= {f"{first[:-1]}ies", f"{first[:-1]}ied"}
    if re.search(r"[^aeiou][aeiou][bdglmnprt]$", first):
        forms |= {f"{first}{first[-1]}ed", f"{first}{first[-1]}ing"}
    return {f"{form}{space}{rest}" for form in forms}
