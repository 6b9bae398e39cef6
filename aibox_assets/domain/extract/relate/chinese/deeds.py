"""Who did what to whom, in Chinese: 习近平会见默克尔, 王毅与布林肯举行会谈, 曼联被利物浦击败.

Asked are the simplified characters between names. Titles and countries before a name belong to it (德国总理默克尔);
between who acts and the verb nothing stands but when, where and how.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.relate.chinese import lexicon_deeds as words
from aibox_assets.domain.extract.relate.chinese.anaphors import is_aside, without_other_names
from aibox_assets.domain.extract.relate.chinese.cues import ChineseCues
from aibox_assets.domain.extract.relate.chinese.topics import goes_on_about
from aibox_assets.domain.extract.relate.english.cues import ANY, Cue, Kinds
from aibox_assets.domain.models import Mention, Relation

_SURE: Final = 0.85
_WON: Final = "WON"
_MOST_NAMES: Final = 24  # of a sentence; more are lists


class _Group(NamedTuple):
    """A name with the titles and the country before it."""

    start: int
    end: int
    name: Mention


def read_deeds(
    text: str, names: Sequence[Mention], cues: ChineseCues, kinds: Kinds
) -> Iterator[tuple[str, Relation]]:
    """What those of *names* that stand in *text* did, by *cues*: the relation's name, and what says so.

    :param kinds: the types of people and places.
    """
    if cues.pattern is None or len(names) < 2 or not has_chinese(text):
        return
    folded = to_simplified(text)
    own = without_other_names(folded, names)
    topic: Mention | None = None
    for sentence in words.SENTENCE.finditer(folded):
        start, end = sentence.span()
        inside = [each for each in own if start <= each.char_start and each.char_end <= end]
        if (2 if topic is None else 1) <= len(inside) <= _MOST_NAMES:
            yield from _Sentence(folded, start, end, inside, cues, kinds, topic).read()
        topic = goes_on_about(folded, start, inside, kinds.person, topic)


class _Sentence:
    def __init__(
        self,
        text: str,
        start: int,
        end: int,
        names: Sequence[Mention],
        cues: ChineseCues,
        kinds: Kinds,
        topic: Mention | None = None,
    ) -> None:
        """:param topic: whom the sentence before speaks of."""
        self._text, self._start, self._end, self._topic = text, start, end, topic
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
            other
            and words.HOP.fullmatch(gap) is not None
            and (bool(gap) or last.name.type != self._kinds.person)
        )

    def read(self) -> Iterator[tuple[str, Relation]]:
        """What the sentence tells."""
        pattern = self._cues.pattern
        assert pattern is not None
        # Between the names: 国家发改委任命 has 委任 in it.
        places = [self._start, *(edge for each in self._groups for edge in (each.start, each.end)), self._end]
        gaps = zip(places[::2], places[1::2], strict=True)
        for found in (match for gap in gaps for match in pattern.finditer(self._text, *gap)):
            span = len(found.group()) == 1 and self._is_span(found.start())
            if span or words.OTHER.match(self._text, found.end()) or self._text[self._end - 1] in "？?":
                continue
            for cue in self._cues.cues[found.group()]:
                for head, tail in self._ends(cue, found.start(), found.end()):
                    if cue.relation == _WON and words.NOT_WON.match(self._text, tail.char_end):
                        continue
                    # Software in Chinese manuals supports software.
                    if head.name != tail.name and has_chinese(head.text + tail.text):
                        ends = (tail, head) if cue.inverse else (head, tail)
                        yield cue.relation, self._relation(*ends, found.group())

    def _is_span(self, start: int) -> bool:
        """从北部湾到鸭绿江: it is no deed."""
        return any(each.end == start and each.name.type == self._kinds.place for each in self._groups)

    def _ends(self, cue: Cue, start: int, end: int) -> Iterator[tuple[Mention, Mention]]:
        """Who does it to whom, by the verb from *start* to *end*."""
        says = cue.rest == (ANY,)
        behind = [] if says else self._behind(end)
        if cue.rest and not says:
            at = behind[-1].end if behind else end
            if self._text.find(cue.rest[0], at, at + len(cue.rest[0]) + words.MOST_BETWEEN) < 0:
                return
        before = None if says else self._around(start, alone=bool(behind))
        before = before or self._before(start)
        if before is None:
            return
        actors, patients = before
        if patients:
            tails = patients
        elif says:
            tails = self._said(end)
        else:
            tails = behind
        if not tails and not says and cue.relation in self._cues.symmetric:
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
            led = words.WHERE.search(self._text, max(clause, last.start - 1), last.start)
            companion = words.COMPANION.search(self._text, max(clause, last.start - 3), last.start)
            if companion and words.BEHIND_COMPANION.match(self._text, last.end):
                inside.pop()
                at = companion.start()
                continue
            if led is not None:
                kind = last.name.type  # 在世锦赛; 对 and the like lead whom it is done to
                if kind != self._kinds.place and (led.group() != "在" or kind == self._kinds.person):
                    return None
                if words.BEFORE_VERB.fullmatch(words.IN_PLACE.sub("", gap, count=1)):
                    inside.pop()
                    at = led.start()
                    continue
            between = words.BEFORE_VERB.fullmatch(gap)
            # 美国记者 is not the US.
            if between is None or (between["title"] and last.name.type != self._kinds.person):
                return None
            break
        if not inside:
            return self._carried(clause, at, anywhere=True)
        if len(inside) > 1 and words.PASSIVE.fullmatch(self._text, inside[-2].end, inside[-1].start):
            return [inside[-1]], [inside[-2]]
        return self._row(inside), []

    def _around(self, start: int, *, alone: bool) -> tuple[list[_Group], list[_Group]] | None:
        """The same where a preposition leads the last names before the verb at *start*.

        :param alone: they only act along: others stand behind the verb.
        """
        clause = self._clause(start)
        inside = [each for each in self._groups if clause <= each.start and each.end <= start]
        if not inside or self._is_unstated(clause, start, inside):
            return None
        row = self._row(inside)
        last, others = row[0], [each for each in inside if each.end <= row[0].start]
        place = others[-1].end if others else clause
        led = None if alone else words.TOWARDS.search(self._text, place, last.start)
        joined = words.WITH_WHOM.search(self._text, place, last.start) if not others else None
        found = led or joined
        if found is None or not words.BETWEEN.fullmatch(self._text, row[-1].end, start):
            return None
        if others:
            if not words.BEFORE_VERB.fullmatch(self._text, others[-1].end, found.start()):
                return None
            return self._row(others), row
        carried = self._carried(clause, found.start(), anywhere=True)
        if carried is None:
            return None
        return (carried[0], row) if led else ([*carried[0], *row], [])

    def _clause(self, start: int) -> int:
        """Where the clause of *start* begins."""
        return max(
            (each.end() for each in words.CLAUSE.finditer(self._text, self._start, start)),
            default=self._start,
        )

    def _carried(
        self, clause: int, start: int, *, anywhere: bool = False
    ) -> tuple[list[_Group], list[_Group]] | None:
        """Whom the last clause speaks of that names somebody first, or else the sentence before, where the clause of
        the verb begins with it and nobody is named between, or *anywhere* nobody of that kind first."""
        if not words.GOES_ON.fullmatch(self._text, clause, start):
            return None
        opening = [each for each in self._groups if each.end <= clause and self._opens(each)]
        if opening:
            topic = opening[-1]
            if is_aside(self._text, topic.name.char_start):
                return None
            between = [each for each in self._groups if topic.end <= each.start < start]
            row = [topic]
            for each in between:
                if words.ROW.fullmatch(self._text, row[-1].end, each.start):
                    row.append(each)
            return (row, []) if anywhere or len(row) > len(between) else None
        others = [
            each for each in self._groups if each.end <= clause and each.name.type == self._kinds.person
        ]
        if self._topic is None or (others and not anywhere):
            return None
        return [_Group(self._topic.char_start, self._topic.char_end, self._topic)], []

    def _opens(self, group: _Group) -> bool:
        """Whether a clause speaks of *group*: it names it first, and not for what is its."""
        if group.name.type == self._kinds.place and group.start > self._start:
            return False
        opens = words.TITLED.fullmatch(self._text, self._clause(group.start), group.start)
        return opens is not None and not words.OF.match(self._text, group.end)

    def _row(self, groups: list[_Group]) -> list[_Group]:
        """The last of *groups* and those joined to it, in the order of the text; 在日内瓦 may stand in it."""
        row, at, link = [groups[-1]], groups[-1].start, words.WITH
        for each in reversed(groups[:-1]):
            if not link.fullmatch(self._text, each.end, at):
                break
            led = words.WHERE.search(self._text, max(self._start, each.start - 1), each.start)
            if led is not None and each.name.type != self._kinds.person:
                at, link = led.start(), words.BEFORE_VERB
                continue
            row.insert(0, each)
            at, link = each.start, words.WITH
        return row

    def _behind(self, end: int) -> list[_Group]:
        """To whom it is done, behind the verb that ends at *end*."""
        found: list[_Group] = []
        at = words.OBJECT.match(self._text, end)
        place = at.end() if at else end
        for each in self._groups:
            if each.start < place:
                continue
            link = words.AND if found else words.LEAD
            if not link.fullmatch(self._text, place, each.start):
                break
            if each.name.type == self._kinds.place:
                if len(each.name.text) == 1:
                    break  # 赴美留学 is no visit
                whose = words.WHOSE.match(self._text, each.end)
                if whose and any(other.start == whose.end() for other in self._groups):
                    place = whose.end()
                    continue
                if words.PART.match(self._text, each.end):
                    break
                if self._text[end - 1] in "到回去" and words.OF.match(self._text, each.end):
                    break  # 到柏林的时候
            found.append(each)
            place = each.end
        return found

    def _said(self, end: int) -> list[_Group]:
        """What a clause behind the verb of speech begins with."""
        at = words.SAYS.match(self._text, end)
        place = at.end() if at else end
        if place == end and self._text[end - 1] in "称说":
            return []  # 称王沈为文籍先生
        following = next((each for each in self._groups if each.start >= place), None)
        if (
            following is None
            or following.name.text in ("他", "她")
            or not words.LEAD.fullmatch(self._text, place, following.start)
        ):
            return []
        return [following]

    def _is_unstated(self, clause: int, start: int, inside: Sequence[_Group]) -> bool:
        places = [clause, *(edge for each in inside for edge in (each.start, each.end)), start]
        gaps = zip(places[::2], places[1::2], strict=True)
        return any(words.UNSTATED.search(self._text, first, last) for first, last in gaps)

    def _relation(self, head: Mention, tail: Mention, said: str) -> Relation:
        own = self._text[self._start : self._end]
        start = min(self._start + len(own) - len(own.lstrip()), head.char_start, tail.char_start)
        return Relation(head, tail, said, start, self._start + len(own.rstrip()), _SURE)
