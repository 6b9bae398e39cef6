"""Words of a Chinese text that stand for a name before them: 他, 她, 该公司; each only where one thing may be meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from aibox_assets.domain.extract.recognize.dates import LABEL as WHOLE_DATE
from aibox_assets.domain.models import Mention
from aibox_assets.domain.ontology import Ontology

PERSON: Final = "person"
ORGANIZATION: Final = "organization"
DATE: Final = "date"
_LABELS: Final = {PERSON: "PERSON", ORGANIZATION: "ORG", DATE: WHOLE_DATE}
# At the head of a clause, where it is what the clause speaks of; after when, at most.
_WORD: Final = re.compile(
    r"(?<![^，,：:。！？!?；;\n])\s*(?:[^，,。]{0,12}[年月日时后]，?|随后|后来|此后|之后|其后|同时|此外)?"
    rf"(?:(?P<{PERSON}>[他她])(?![们人])|(?P<{ORGANIZATION}>该(?:公司|集团|企业|机构|银行|基金会|组织)))"
)

# Another name of what stands before: 世界卫生组织（WHO）, 国际能源署（英文…，缩写IEA）.
_IN_BRACKET: Final = re.compile(
    r"[（(](?:[^（）()\n]{0,60}[，,、；;])?\s*(?:以下|下|又|英文|英语|全|旧|亦|缩|简)*(?:简称|缩写|称|名|名称)?[为是:：]?[“「\"]?"
)
_IN_BRACKET_ENDS: Final = re.compile(r"[”」\"]?(?:[，,、；;]|[）)])")


def kinds_of(ontology: Ontology) -> dict[str, str]:
    """The types of *ontology* for which words stand, if it has them."""
    found = {kind: ontology.entity_type_of(label) for kind, label in _LABELS.items()}
    return {kind: type_ for kind, type_ in found.items() if type_ is not None}


def words_meant(
    sentences: Sequence[tuple[int, int]], text: str, mentions: Sequence[Mention], kinds: Mapping[str, str]
) -> Iterator[tuple[Mention, int]]:
    """The words that mean a name, as mentions of it, and where the sentence with the name starts.

    :param sentences: of *text*, which is in simplified characters. :param kinds: of :func:`kinds_of`.
    """
    before: dict[str, tuple[Mention, int]] = {}
    called: dict[str, str] = {}  # 他 or 她, by name
    for start, end in sentences:
        inside = [each for each in mentions if start <= each.char_start < end]
        named = {
            kind: {each.name: (each, start) for each in inside if each.type == type_}
            for kind, type_ in kinds.items()
        }
        for match in _WORD.finditer(text, start, end):
            kind = match.lastgroup or PERSON
            known = [each for each in named[kind].values() if each[0].char_end <= match.start(kind)]
            if not known and kind in before:
                known = [before[kind]]
            word = match[kind]
            if len(known) != 1 or (kind == PERSON and called.setdefault(known[0][0].name, word) != word):
                before.pop(kind, None)
                continue
            name, named_from = known[0]
            yield replace(name, char_start=match.start(kind), char_end=match.end(kind), text=word), named_from
            named[kind].setdefault(name.name, known[0])
        # A sentence that names nobody goes on about whom the one before was about.
        for kind, each in named.items():
            if len(each) == 1:
                before[kind] = next(iter(each.values()))
            elif each:
                before.pop(kind, None)


def without_other_names(folded: str, mentions: Sequence[Mention]) -> list[Mention]:
    """*mentions*, in order, but those that only give another name, in brackets, for the one before."""
    kept: list[Mention] = []
    for each in mentions:
        before = kept[-1] if kept else None
        if (
            before is None
            or before.type != each.type
            or not _IN_BRACKET.fullmatch(folded, before.char_end, each.char_start)
            or not _IN_BRACKET_ENDS.match(folded, each.char_end)
        ):
            kept.append(each)
    return kept
