"""Words of a Chinese text that stand for a name before them: 他, 她, 该公司; each only where one thing may be meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from aibox_assets.domain.extract.recognize.dates import LABEL as WHOLE_DATE
from aibox_assets.domain.extract.relate.chinese.formers import formers_meant
from aibox_assets.domain.models import Mention
from aibox_assets.domain.ontology import Ontology

SENTENCE: Final = re.compile(r"[^。！？!?\n；;]+[。！？!?\n；;]?")
"""A Chinese sentence with its end."""
PERSON: Final = "person"
ORGANIZATION: Final = "organization"
DATE: Final = "date"
_LABELS: Final = {PERSON: "PERSON", ORGANIZATION: "ORG", DATE: WHOLE_DATE}
# At the head of a clause, where it is what the clause speaks of; after when, at most.
WORD: Final = re.compile(
    r"(?<![^，,：:。！？!?；;\n])\s*(?:[^，,。]{0,12}[年月日时后间]，?|随后|后来|此后|之后|其后|同时|此外)?"
    rf"(?:(?P<{PERSON}>[他她])(?![们人])|(?P<{ORGANIZATION}>该(?:公司|集团|企业|机构|银行|基金会|组织)))"
)

# Another name of what stands before: 世界卫生组织（WHO）, 国际能源署（英文…，缩写IEA）.
_IN_BRACKET: Final = re.compile(
    r"[（(](?:[^（）()\n]{0,60}[，,、；;])?\s*(?:以下|下|又|英文|英语|全|旧|亦|缩|简)*(?:简称|缩写|称|名|名称)?[为是:：]?[“「\"]?"
)
_IN_BRACKET_ENDS: Final = re.compile(r"[”」\"]?(?:[，,、；;]|[）)])")

# 萧红原名张廼莹, 简称“万科”: what comes next is one more name of the same.
_ALSO_CALLED: Final = re.compile(
    r"(?:原名|本名|真名|又名|别名|笔名|艺名|俗名|法名|简称|全称|英文名|前身)(?:[为是叫])?[“「\"\s]*$"
)
# 父亲托列库尔: who is named beside the one spoken of.
_KIN: Final = re.compile(
    r"(?:(?<![\u4e00-\u9fff])|(?<=[和与带着偕]))(?:父亲|母亲|妻子|丈夫|太太|夫人|儿子|女儿|哥哥|弟弟|姐姐|妹妹|祖父|祖母|长子|次子|长女|次女)$"
)
_FORMERS: Final = "者"
_FIRSTS: Final = f"他她该{_FORMERS}"  # of these words one character each has
_LONGEST: Final = 6  # characters of these words


def kinds_of(ontology: Ontology) -> dict[str, str]:
    """The types of *ontology* for which words stand, if it has them."""
    found = {kind: ontology.entity_type_of(label) for kind, label in _LABELS.items()}
    return {kind: type_ for kind, type_ in found.items() if type_ is not None}


def is_another_name(folded: str, start: int) -> bool:
    """Whether the name that begins at *start* is one more of what stands before it."""
    return _ALSO_CALLED.search(folded, max(0, start - _LONGEST), start) is not None


def is_aside(folded: str, start: int) -> bool:
    before = max(0, start - _LONGEST)
    return is_another_name(folded, start) or _KIN.search(folded, before, start) is not None


def words_meant(
    sentences: Sequence[tuple[int, int]], text: str, mentions: Sequence[Mention], kinds: Mapping[str, str]
) -> Iterator[tuple[Mention, int]]:
    """The words that mean a name, as mentions of it, and where the sentence with the name starts.

    :param sentences: of *text*, which is in simplified characters. :param kinds: of :func:`kinds_of`.
    """
    before: dict[str, tuple[Mention, int]] = {}
    called: dict[str, str] = {}  # 他 or 她, by name
    last = max(map(text.rfind, _FIRSTS))
    for start, end in sentences:
        if start > last:
            return
        inside = [
            each
            for each in mentions
            if start <= each.char_start < end and not is_aside(text, each.char_start)
        ]
        unknown = set[str]()
        named = {
            kind: {each.name: (each, start) for each in inside if each.type == type_}
            for kind, type_ in kinds.items()
        }
        for match in WORD.finditer(text, start, end):
            kind = match.lastgroup or PERSON
            known = [each for each in named[kind].values() if each[0].char_end <= match.start(kind)]
            if not known and kind in before:
                known = [before[kind]]
            word = match[kind]
            if len(known) != 1 or (kind == PERSON and called.setdefault(known[0][0].name, word) != word):
                unknown.add(kind)
                continue
            name, named_from = known[0]
            yield replace(name, char_start=match.start(kind), char_end=match.end(kind), text=word), named_from
            named[kind].setdefault(name.name, known[0])
        own = without_other_names(text, [each for each in mentions if start <= each.char_start < end])
        for at, name in formers_meant(text, (start, end), own, kinds) if _FORMERS in text else ():
            yield replace(name, char_start=at, char_end=at + 2, text=text[at : at + 2]), start
        # A sentence that names nobody goes on about whom the one before was about.
        for kind, each in named.items():
            if len(each) == 1 and kind not in unknown:
                before[kind] = next(iter(each.values()))
            elif each or kind in unknown:
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
