"""Texts varied anew for each pass of the training, so that the tagger learns how names stand in texts, not the names.

New names come from the sets themselves, taken apart and put together, and from the dictionary of jieba (MIT).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise

from aibox_assets.domain.extract.names import has_chinese
from aibox_assets.domain.extract.tagger.labels import ENTITY_TYPES, RELATIONS
from aibox_assets.domain.extract.tagger.training.sets import NAMED, PAIRS, RELATED, Source, Span

_PERSON, _ORGANIZATION, _LOCATION = (
    ENTITY_TYPES.index(each) for each in ("Person", "Organization", "Location")
)
_SAME = RELATIONS.index("SAME_AS")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵周吴徐孙马胡朱郭何罗高林郑梁谢唐许冯宋韩邓彭曹曾田萧潘袁蔡蒋余于杜叶程魏苏吕丁沈任姚卢傅钟姜崔谭廖"
    "范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严赖覃洪武莫孔汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷"
)
_OF_PLACES = re.compile(r"[省市县区州镇乡村山河江湖岛港湾峡寺街路国]$|[亚斯兰尼利拿及]$")
_OF_GROUPS = re.compile(
    r"(公司|集团|银行|大学|学院|中学|委员会|政府|法院|医院|中心|研究院|研究所|协会|学会|出版社|通讯社|电视台|总局|部|局|厂|队|党|社|会|厅|署|军|院)$"
)
_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“])")
_LETTERS = re.compile(r"[A-Za-z]")
_SHORT = 250  # characters; shorter texts are also read as parts of longer ones
PART = 3000  # texts that are varied and held in memory at a time


class Names:
    """New names by kind, for each of the two languages."""

    def __init__(self, sources: Sequence[Source], dice: random.Random) -> None:
        self._dice = dice
        own: dict[tuple[int, bool], dict[str, None]] = {}
        for each in sources:
            for spans, kind in each.entities:
                for a, b in spans:
                    name = each.text[a:b]
                    own.setdefault((kind, has_chinese(name)), {})[name] = None
        self._own = {key: list(names) for key, names in own.items()}
        people = [name.split() for name in self._own.get((_PERSON, False), ())]
        self._given = [words[0] for words in people if len(words) in (2, 3) and words[0][0].isupper()]
        self._surnames = [words[-1] for words in people if len(words) in (2, 3) and words[-1][0].isupper()]
        words = _dictionary() if any(has_chinese(each.text) for each in sources) else []
        self._chinese_people = [
            word
            for word, tag in words
            if tag in ("nr", "nrfg") and len(word) in (2, 3) and word[0] in _SURNAMES
        ]
        self._foreign_people = [word for word, tag in words if tag == "nrt" and len(word) >= 3]
        self._places = [
            word for word, tag in words if tag == "ns" and 2 <= len(word) <= 8 and _OF_PLACES.search(word)
        ]
        self._groups = [
            word for word, tag in words if tag == "nt" and len(word) >= 3 and _OF_GROUPS.search(word)
        ]
        places = set(self._places)
        # 北京大学 → 大学: to be put behind other places.
        self._tails = [
            name[n:]
            for name in (*self._groups, *self._own.get((_ORGANIZATION, True), list[str]()))
            for n in (2, 3)
            if name[:n] in places or name[: n - 1] + "市" in places
            if len(name) - n >= 2
        ]

    def draw(self, kind: int, chinese: bool) -> str | None:
        """A name of a person, an organization or a place; None where there is none."""
        dice, own = self._dice, self._own.get((kind, chinese))
        if own is None:
            return None
        if kind == _PERSON and not chinese:
            if dice.random() < 0.15 or not self._given:
                return dice.choice(own)
            middle = f" {dice.choice('ABCDEFGHJKLMPRSTW')}." if dice.random() < 0.12 else ""
            return f"{dice.choice(self._given)}{middle} {dice.choice(self._surnames)}"
        if not chinese or dice.random() < 0.35:
            return dice.choice(own)
        if kind == _PERSON:
            if dice.random() < 0.3:
                parts = dice.choices(self._foreign_people, k=dice.choice((1, 1, 2)))
                return dice.choice("·•．").join(parts)
            name = dice.choice(self._chinese_people)
            # Half of them are people that no dictionary has.
            return name if dice.random() < 0.5 else name[0] + dice.choice(self._chinese_people)[1:]
        if kind == _LOCATION:
            return dice.choice(self._places)
        if dice.random() < 0.5:
            return dice.choice(self._groups)
        return dice.choice(self._places) + dice.choice(self._tails)


def _dictionary() -> list[tuple[str, str]]:
    lines = files("jieba").joinpath("dict.txt").read_text(encoding="utf-8").splitlines()
    parts = (line.split() for line in lines)
    return [(word, tag) for word, _, tag in parts]


def swap_names(source: Source, names: Names, dice: random.Random, chances: Sequence[float]) -> Source:
    """Other names for some of the entities, the same for all mentions.

    :param chances: by kind.
    """
    same = {end for head, relation, tail in source.relations if relation == _SAME for end in (head, tail)}
    edits: list[tuple[int, int, str]] = []
    for i, (spans, kind) in enumerate(source.entities):
        if i in same or kind >= len(chances) or dice.random() >= chances[kind] or not spans:
            continue
        spelled = {source.text[a:b] for a, b in spans}
        longest = max(spelled, key=len)
        chinese = has_chinese(longest)
        new = names.draw(kind, chinese)
        if new is None:
            continue
        called = {longest: new}
        if kind == _PERSON and not chinese:
            old_words, new_words = longest.split(), new.split()
            called |= {old_words[0]: new_words[0], old_words[-1]: new_words[-1], longest: new}
        if spelled <= called.keys():
            edits += [(a, b, called[source.text[a:b]]) for a, b in spans]
    edits.sort()
    if not edits or any(one[1] > other[0] for one, other in pairwise(edits)):
        return source
    parts, moved, at, shift = [], [], 0, 0
    for a, b, new in edits:
        parts += [source.text[at:a], new]
        moved.append((a, b, shift, shift + len(new) - (b - a)))
        at, shift = b, shift + len(new) - (b - a)
    parts.append(source.text[at:])
    changed = {(a, b): (a + before, b + after) for a, b, before, after in moved}

    def place(offset: int) -> int:
        by = 0
        for _, b, _, after in moved:
            if offset >= b:
                by = after
        return offset + by

    def span(each: Span) -> Span:
        return changed.get(each) or (place(each[0]), place(each[1]))

    return _moved(source, "".join(parts), span)


def _moved(source: Source, text: str, span: Callable[[Span], Span]) -> Source:
    return replace(
        source,
        text=text,
        entities=[([span(each) for each in spans], kind) for spans, kind in source.entities],
        unsure=[span(each) for each in source.unsure],
    )


def cut(source: Source, start: int, end: int) -> Source:
    """A part of the text, with the entities and relations that it has."""
    kept: dict[int, int] = {}
    entities: list[tuple[list[Span], int]] = []
    for i, (spans, kind) in enumerate(source.entities):
        inside = [(a - start, b - start) for a, b in spans if start <= a and b <= end]
        if inside:
            kept[i] = len(entities)
            entities.append((inside, kind))
    return replace(
        source,
        text=source.text[start:end],
        entities=entities,
        relations=[(kept[h], r, kept[t]) for h, r, t in source.relations if h in kept and t in kept],
        unsure=[
            (max(a, start) - start, min(b, end) - start) for a, b in source.unsure if a < end and b > start
        ],
        pairs=None
        if source.pairs is None
        else [(kept[h], kept[t]) for h, t in source.pairs if h in kept and t in kept],
    )


def sentences(text: str) -> list[Span]:
    ends = [match.end() for match in _SENTENCES.finditer(text)]
    return list(zip([0, *ends], [*ends, len(text)], strict=True))


def cut_some(source: Source, dice: random.Random, most: int) -> Source:
    """One to three sentences that follow each other, or as many as have *most* characters."""
    spans = sentences(source.text)
    first = dice.randrange(len(spans))
    last = min(first + dice.choice((1, 1, 2, 3)), len(spans)) - 1
    start, end = spans[first][0], spans[last][1]
    return cut(source, start, min(end, start + most))


def join(sources: Sequence[Source], between: str) -> Source:
    """Texts one after the other, as one; what has the same name in two of them is one thing."""
    text, relations, unsure = "", [], []
    entities: list[tuple[list[Span], int]] = []
    known: dict[tuple[str, int], int] = {}
    for each in sources:
        text += between if text else ""
        by, places = len(text), []
        for spans, kind in each.entities:
            spelled = [(each.text[a:b], kind) for a, b in spans]
            place = next((known[name] for name in spelled if name in known), len(entities))
            if place == len(entities):
                entities.append(([], kind))
            entities[place][0].extend((a + by, b + by) for a, b in spans)
            known |= dict.fromkeys(spelled, place)
            places.append(place)
        text += each.text
        relations += [(places[h], relation, places[t]) for h, relation, t in each.relations]
        unsure += [(a + by, b + by) for a, b in each.unsure]
    absent = frozenset().union(*(each.absent for each in sources))
    stated = sources[0].stated.intersection(*(each.stated for each in sources))
    return replace(
        sources[0],
        text=text,
        entities=entities,
        relations=relations,
        unsure=unsure,
        absent=absent,
        stated=stated,
    )


def change_case(source: Source, dice: random.Random) -> Source:
    """Headlines: all in capitals, or every word with one."""
    if not _LETTERS.search(source.text):
        return source
    text = source.text.upper() if dice.random() < 0.5 else source.text.title()
    return replace(source, text=text) if len(text) == len(source.text) else source


def one_pass(sources: Sequence[Source], names: Names, dice: random.Random) -> Iterator[list[Source]]:
    """The texts of one pass, varied; a part of them at a time."""
    order = dice.sample(sources, len(sources))
    for start in range(0, len(order), PART):
        made = _varied(order[start : start + PART], names, dice)
        yield [change_case(each, dice) if dice.random() < 0.04 else each for each in made]


def _varied(sources: Sequence[Source], names: Names, dice: random.Random) -> list[Source]:
    made: list[Source] = []
    named: dict[bool, list[Source]] = {False: [], True: []}
    related: dict[bool, list[Source]] = {False: [], True: []}
    for each in sources:
        if each.form == RELATED:
            if len(each.text) < _SHORT:
                related[has_chinese(each.text)].append(swap_names(each, names, dice, (0.6, 0.5, 0.3)))
            people_only = (0.5, 0.15, 0.0) if dice.random() < 0.6 else (0.0, 0.0, 0.0)
            made.append(swap_names(each, names, dice, people_only))
            for _ in range(2):
                made.append(swap_names(cut_some(each, dice, 900), names, dice, (0.6, 0.4, 0.25)))
        elif each.form == NAMED:
            swapped = swap_names(each, names, dice, (0.65, 0.6, 0.55)) if dice.random() < 0.75 else each
            named[has_chinese(each.text)].append(swapped)
        elif each.form == PAIRS:
            if dice.random() < 0.5:
                made.append(swap_names(each, names, dice, (0.6, 0.2, 0.3)) if dice.random() < 0.5 else each)
        else:
            start = dice.randrange(max(1, len(each.text) - 200))
            made.append(swap_names(cut(each, start, start + 400), names, dice, (0.6, 0.6, 0.5)))
    for groups, sizes in ((named, (1, 1, 1, 2, 4)), (related, (2, 3, 4))):
        for chinese, varied in groups.items():
            while varied:
                n = dice.choice(sizes)
                made.append(join(varied[:n], "" if chinese else " "))
                varied = varied[n:]
    return made
