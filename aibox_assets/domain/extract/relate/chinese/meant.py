"""Names of a text together with the words that stand for them (他, 该公司), for the rules that know their relations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.relate.chinese.anaphors import PERSON, SENTENCE, WORD, is_aside, words_meant
from aibox_assets.domain.models import Mention, Relation

# 习仲勋之女, 张三的父亲: somebody else is spoken of.
_OF: Final = re.compile(
    r"[」”]?(?:的[^，,。]{0,2}?(?:父|母|妻|丈夫|夫人|太太|儿|女|哥|兄|弟|姐|妹|孙|侄|[长次独]子|学生|同学|经纪人|助理)|之[子女父母弟妹兄姐妻孙])"
)
# 张伟和李娜在北京见面: of these nobody comes first.
_WITH: Final = re.compile("[、和与跟同及]|以及")


@dataclass(frozen=True, slots=True)
class Named:
    """:ivar own: the names alone. :ivar names: and the words that stand for one, in order.
    :ivar meant: where the sentence starts that has the name for which a word stands."""

    own: Sequence[Mention]
    names: Sequence[Mention]
    meant: Mapping[Mention, int]

    def shown(self, relation: Relation) -> Relation:
        """*relation*, whose evidence shows the name that a word stands for."""
        starts = [self.meant[each] for each in (relation.head, relation.tail) if each in self.meant]
        return replace(relation, char_start=min([relation.char_start, *starts]))


def read_named(text: str, names: Sequence[Mention], kinds: Mapping[str, str]) -> Named:
    """*names* of *text*, and its words for them. :param kinds: the types that words may stand for."""
    if not has_chinese(text):
        return Named(names, names, {})
    folded = to_simplified(text)
    sentences = [each.span() for each in SENTENCE.finditer(folded)]
    meant = dict(words_meant(sentences, folded, names, kinds))
    people = [
        each for each in names if each.type == kinds.get(PERSON) and not is_aside(folded, each.char_start)
    ]
    meant |= dict(_spoken_of(sentences, folded, people, meant))
    known = sorted([*names, *meant], key=lambda each: each.char_start)
    return Named([each for each in known if each not in meant] if meant else known, known, meant)


def _spoken_of(
    sentences: Sequence[tuple[int, int]], folded: str, people: Sequence[Mention], known: Mapping[Mention, int]
) -> Iterator[tuple[Mention, int]]:
    """他 and 她 for whom the sentence, or the one before, speaks of first, where several are named; and where that
    sentence starts. :param known: the words that stand for the only one."""
    settled = {each.char_start for each in known}
    called = {each.name: each.text for each in known}
    topic: tuple[Mention, int] | None = None
    last = max(map(folded.rfind, "他她"))
    for start, end in sentences:
        if start > last:
            return
        own = [each for each in people if start <= each.char_start < end]
        first = next((each for each in own if not _OF.match(folded, each.char_end)), None)
        if first is not None and any(_WITH.fullmatch(folded, first.char_end, it.char_start) for it in own):
            first = None
        found = [each for each in WORD.finditer(folded, start, end) if each[PERSON]]
        for match in found:
            at = match.start(PERSON)
            about = (first, start) if first is not None and first.char_end <= at else topic
            if (
                about is None
                or at in settled
                or called.setdefault(about[0].name, match[PERSON]) != match[PERSON]
            ):
                continue
            yield replace(about[0], char_start=at, char_end=at + 1, text=match[PERSON]), about[1]
        if first is not None and not any(each.start(PERSON) < first.char_start for each in found):
            topic = first, start
