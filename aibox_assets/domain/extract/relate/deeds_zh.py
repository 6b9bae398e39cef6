"""Who did what to whom, in Chinese: 习近平会见默克尔, 王毅与布林肯举行会谈, 曼联被利物浦击败.

Asked are the simplified characters between names. Titles and countries before a name belong to it (德国总理默克尔);
between who acts and the verb nothing stands but when, where and how.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.relate.cues_en import ANY, Cue, Kinds
from aibox_assets.domain.extract.relate.roles_zh import TITLE
from aibox_assets.domain.models import Mention, Relation
from aibox_assets.domain.ontology import Ontology

_SENTENCE: Final = re.compile(r"[^。！？!?\n；;]+[。！？!?\n；;]?")
_CLAUSE: Final = re.compile(r"[，,：:]")
_UNSTATED: Final = re.compile(
    r"没|未|不(?!敌)|否认|拒绝|可能|或将|或会|将|拟|计划|准备|考虑|打算|有意|希望|如果|若|传闻|是否|即将|涉嫌|据传|企图|试图|需要|应该|"
    r"应当|必须|可以|能够|建议|而非|愿|呼吁|要求|敦促|假如|一旦|为了|以便|避免|防止"
)
_TITLES: Final = rf"(?:(?:的|前|原|现任|新任|时任|候任|已故)?(?:{TITLE}|国务卿|首脑|领导人|代表))"
_HOP: Final = re.compile(rf"{_TITLES}{{0,2}}[\s「“]*")
_BODY: Final = r"(?:军队|部队|军方|军机|战机|空军|海军|陆军|警方|政府|当局|军|队|方面|方)"
_WHEN: Final = (
    r"(?:星期[一二三四五六日天]|周[一二三四五六日]|(?:昨|今|前|当|近|即|同)[日天晚早]|日前|上周|上月|去年|今年|上午|下午|晚间|晚上|"
    r"[\d一二三四五六七八九十]+[年月日号时分]|当地时间|本周|本月|此前|随后|之后|最近)"
)
_LEAD: Final = re.compile(
    rf"(?:{_WHEN})*(?:东道主|来访的|到访的|正在访问的|正在访华的|前来访问的)?{_TITLES}{{0,2}}[\s「“]*"
)
_SCORE: Final = r"[\d〇零一二三四五六七八九十]+\s?[比:：∶\-]\s?[\d〇零一二三四五六七八九十]+"
_HOW: Final = (
    r"(?:再次|再度|公开|强烈|正式|也|还|已经|已|曾经|曾|又|都|就|亲自|分别|首次|一致|坚决|则|共同|先后|成功|轻松|并|一起|一行|多次|正|正在|"
    rf"以?{_SCORE}的?(?:比分|优势)?|乘(?:专机|车|飞机)|在[^，,在]{{1,12}}(?:中|时|上|后)|[\s」”])"
)
_BEFORE_VERB: Final = re.compile(rf"(?P<title>{TITLE})?{_BODY}?(?:{_WHEN}|{_HOW}|[（(][^）)]*[）)])*")
_WHERE: Final = re.compile(r"(?:在|于|从|对|向|到|赴|自|抵)$")
_IN_PLACE: Final = re.compile(r"(?:市|省|县|机场|总部|人民大会堂|首都|举行|白宫)?")
_WITH: Final = re.compile(
    rf"[^，,的]{{0,8}}?(?:、|和|与|及|以及|跟|同|暨|{_WHEN}与|{_WHEN}和|{_WHEN}同)\s*(?:{_TITLES})?"
)
_AND: Final = re.compile(rf"(?:、|和|与|及|以及|跟|同|暨)\s*(?:{_TITLES})?")
_PASSIVE: Final = re.compile(rf"(?:{_WHEN}|{_HOW})*(?:被|遭到?|受到?|获得?)\s*(?:{_TITLES})?")
# 对乙发动袭击, 从乙离职, 为被告乙辩护: to whom it is done stands before the verb.
_TOWARDS: Final = re.compile(rf"(?P<word>对|向|从|自|为|替)\s*(?:被告人?|原告|嫌疑人|{_TITLES})?$")
_WITH_WHOM: Final = re.compile(r"(?:与|和|同|跟)$")
_LIGHT: Final = (
    r"(?:进行|发动|发起|展开|提出|表示|作出|做出|发出|予以|给予|加以|实施|公开|正式|强烈|再次|大规模|军事|共同|"
    r"[了过])*"
)
_OBJECT: Final = re.compile(r"(?:了|过|到)?")
_BETWEEN: Final = re.compile(rf"{_BEFORE_VERB.pattern}{_LIGHT}".replace("?P<title>", "?:"))
# Behind the verb: it is another word, or describes what follows.
_OTHER: Final = re.compile(r"(?:的|者|率|力(?!克)|性|方案|团|学者|书|函|权|费|案)")
_GOES_ON: Final = re.compile(r"\s*(?:并且|并|还|又|也|随后|同时|先后|分别|再次|而且|后)*\s*")
_TITLED: Final = re.compile(rf"\s*{_TITLES}?\s*")
# Behind a country: whom or what of it is meant, without a name.
_PART: Final = re.compile(
    r"[^，。、]{0,5}?(?:部长|部長|大臣|总统|总理|大使|使馆|领事馆|代表团|驻[华中美]|球队|队员|公司|记者|作家|同行|国会|议会|总会)"
)
_SAYS: Final = re.compile(r"[，,：:\s「“『\"]*(?:说)?[，,：:\s「“『\"]*")
_SURE: Final = 0.85
_MOST_NAMES: Final = 24  # of a sentence; more are lists


@dataclass(frozen=True, slots=True)
class ChineseCues:
    """The words by which relations tell in Chinese what happened."""

    pattern: re.Pattern[str] | None
    cues: Mapping[str, tuple[Cue, ...]]
    symmetric: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Group:
    """A name with the titles and the country before it."""

    start: int
    end: int
    name: Mention


def read_chinese_cues(ontology: Ontology) -> ChineseCues:
    """Those of the relations of *ontology* that tell what happened; a phrase that ends in "…" brings in a clause."""
    cues: dict[str, list[Cue]] = {}
    for relation in ontology.relation_types:
        if relation.happens:
            for inverse, phrases in ((False, relation.phrases_zh), (True, relation.inverse_zh)):
                for phrase in map(to_simplified, phrases):
                    rest = (ANY,) if phrase.endswith(ANY) else ()
                    cues.setdefault(phrase.rstrip(ANY), []).append(Cue(relation.name, rest, inverse))
    words = sorted(cues, key=lambda word: (-len(word), word))
    pattern = re.compile("|".join(map(re.escape, words))) if words else None
    symmetric = frozenset(each.name for each in ontology.relation_types if each.symmetric)
    return ChineseCues(pattern, {word: tuple(found) for word, found in cues.items()}, symmetric)


def read_deeds(
    text: str, names: Sequence[Mention], cues: ChineseCues, kinds: Kinds
) -> Iterator[tuple[str, Relation]]:
    """What those of *names* that stand in *text* did, by *cues*: the relation's name, and what says so.

    :param kinds: the types of people and places.
    """
    if cues.pattern is None or len(names) < 2 or not has_chinese(text):
        return
    folded = to_simplified(text)
    for sentence in _SENTENCE.finditer(folded):
        start, end = sentence.span()
        inside = [each for each in names if start <= each.char_start and each.char_end <= end]
        if 2 <= len(inside) <= _MOST_NAMES:
            yield from _Sentence(folded, start, end, inside, cues, kinds).read()


class _Sentence:
    def __init__(
        self,
        text: str,
        start: int,
        end: int,
        names: Sequence[Mention],
        cues: ChineseCues,
        kinds: Kinds,
    ) -> None:
        self._text, self._start, self._end = text, start, end
        self._cues, self._kinds = cues, kinds
        self._groups: list[_Group] = []
        for each in names:
            last = self._groups[-1] if self._groups else None
            if last is not None and self._belongs(last, each):
                self._groups[-1] = _Group(last.start, each.char_end, each)
            else:
                self._groups.append(_Group(each.char_start, each.char_end, each))

    def _belongs(self, last: _Group, name: Mention) -> bool:
        gap = self._text[last.end : name.char_start]
        other = last.name.type != name.type
        return (
            other and _HOP.fullmatch(gap) is not None and (bool(gap) or last.name.type != self._kinds.person)
        )

    def read(self) -> Iterator[tuple[str, Relation]]:
        """What the sentence tells."""
        pattern = self._cues.pattern
        assert pattern is not None
        # Between the names: 国家发改委任命 has 委任 in it.
        places = [self._start, *(edge for each in self._groups for edge in (each.start, each.end)), self._end]
        gaps = zip(places[::2], places[1::2], strict=True)
        for found in (match for gap in gaps for match in pattern.finditer(self._text, *gap)):
            if _OTHER.match(self._text, found.end()) or self._text[self._end - 1] in "？?":
                continue
            for cue in self._cues.cues[found.group()]:
                for head, tail in self._ends(cue, found.start(), found.end()):
                    # Software in Chinese manuals supports software.
                    if head.name != tail.name and has_chinese(head.text + tail.text):
                        ends = (tail, head) if cue.inverse else (head, tail)
                        yield cue.relation, self._relation(*ends, found.group())

    def _ends(self, cue: Cue, start: int, end: int) -> Iterator[tuple[Mention, Mention]]:
        """Who does it to whom, by the verb from *start* to *end*."""
        behind = [] if cue.rest else self._behind(end)
        before = None if cue.rest or behind else self._around(start)
        before = before or self._before(start)
        if before is None:
            return
        actors, patients = before
        if patients:
            tails = patients
        elif cue.rest:
            tails = self._said(end)
        else:
            tails = behind
        if not tails and not cue.rest and cue.relation in self._cues.symmetric:
            # 王毅与布林肯会谈
            actors, tails = actors[:1], actors[1:]
        for head in actors:
            for tail in tails:
                yield head.name, tail.name

    def _before(self, start: int) -> tuple[list[_Group], list[_Group]] | None:
        """Who acts before the verb at *start*, and, in the passive, to whom it is done."""
        clause = self._clause(start)
        inside = [each for each in self._groups if clause <= each.start and each.end <= start]
        if self._is_unstated(clause, start, inside):
            return None
        at = start
        while inside:
            last = inside[-1]
            gap = self._text[last.end : at]
            led = _WHERE.search(self._text, max(clause, last.start - 1), last.start)
            if led is not None and last.name.type != self._kinds.place:
                return None
            if led is not None and _BEFORE_VERB.fullmatch(_IN_PLACE.sub("", gap, count=1)):
                inside.pop()
                at = led.start()
                continue
            between = _BEFORE_VERB.fullmatch(gap)
            # 美国记者 is not the US.
            if between is None or (between["title"] and last.name.type != self._kinds.person):
                return None
            break
        if not inside:
            return self._carried(clause, at)
        if len(inside) > 1 and _PASSIVE.fullmatch(self._text, inside[-2].end, inside[-1].start):
            return [inside[-1]], [inside[-2]]
        return self._row(inside), []

    def _around(self, start: int) -> tuple[list[_Group], list[_Group]] | None:
        """The same where a preposition leads the last name before the verb at *start*."""
        clause = self._clause(start)
        inside = [each for each in self._groups if clause <= each.start and each.end <= start]
        if not inside or self._is_unstated(clause, start, inside):
            return None
        last, others = inside[-1], inside[:-1]
        place = others[-1].end if others else clause
        led = _TOWARDS.search(self._text, place, last.start)
        joined = _WITH_WHOM.search(self._text, place, last.start) if not others else None
        found = led or joined
        if found is None or not _BETWEEN.fullmatch(self._text, last.end, start):
            return None
        if others:
            if not _BEFORE_VERB.fullmatch(self._text, others[-1].end, found.start()):
                return None
            return self._row(others), [last]
        carried = self._carried(clause, found.start(), anywhere=True)
        if carried is None:
            return None
        return (carried[0], [last]) if led else ([*carried[0], last], [])

    def _clause(self, start: int) -> int:
        """Where the clause of *start* begins."""
        return max(
            (each.end() for each in _CLAUSE.finditer(self._text, self._start, start)), default=self._start
        )

    def _carried(
        self, clause: int, start: int, *, anywhere: bool = False
    ) -> tuple[list[_Group], list[_Group]] | None:
        """Whom the sentence begins with, where its second clause begins with the verb and nobody is named between, or
        *anywhere* nobody of that kind."""
        topic = self._groups[0]
        between = [each for each in self._groups if topic.end <= each.start < start]
        if any(not anywhere or each.name.type == topic.name.type for each in between) or topic.end >= clause:
            return None
        if _TITLED.fullmatch(self._text, self._start, topic.start) and _GOES_ON.fullmatch(
            self._text, clause, start
        ):
            return [topic], []
        return None

    def _row(self, groups: list[_Group]) -> list[_Group]:
        """The last of *groups* and those that are joined to it, in the order of the text."""
        row = [groups[-1]]
        for each in reversed(groups[:-1]):
            if not _WITH.fullmatch(self._text, each.end, row[0].start):
                break
            row.insert(0, each)
        return row

    def _behind(self, end: int) -> list[_Group]:
        """To whom it is done, behind the verb that ends at *end*."""
        found: list[_Group] = []
        at = _OBJECT.match(self._text, end)
        place = at.end() if at else end
        for each in self._groups:
            if each.start < place:
                continue
            link = _AND if found else _LEAD
            if not link.fullmatch(self._text, place, each.start):
                break
            if each.name.type == self._kinds.place and _PART.match(self._text, each.end):
                break
            found.append(each)
            place = each.end
        return found

    def _said(self, end: int) -> list[_Group]:
        """What a clause behind the verb of speech begins with."""
        at = _SAYS.match(self._text, end)
        place = at.end() if at else end
        if place == end and self._text[end - 1] in "称说":
            return []  # 称王沈为文籍先生
        following = next((each for each in self._groups if each.start >= place), None)
        if following is None or not _LEAD.fullmatch(self._text, place, following.start):
            return []
        return [following]

    def _is_unstated(self, clause: int, start: int, inside: Sequence[_Group]) -> bool:
        places = [clause, *(edge for each in inside for edge in (each.start, each.end)), start]
        gaps = zip(places[::2], places[1::2], strict=True)
        return any(_UNSTATED.search(self._text, first, last) for first, last in gaps)

    def _relation(self, head: Mention, tail: Mention, said: str) -> Relation:
        own = self._text[self._start : self._end]
        start = self._start + len(own) - len(own.lstrip())
        return Relation(head, tail, said, start, start + len(own.strip()), _SURE)
