"""Who followed whom, left what, sued whom and supplies whom, as whole Chinese phrases say it: 由乙接任, 给乙、丙供货.

Each name is one letter of the text that is searched, and so are names in a row; a phrase is then a short pattern.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.recognize.lexicon_zh import POSTS
from aibox_assets.domain.extract.relate.chinese.anaphors import is_another_name, without_other_names
from aibox_assets.domain.extract.relate.chinese.lexicon_phrases import WORDS, WRITTEN
from aibox_assets.domain.extract.relate.chinese.titles import TITLE
from aibox_assets.domain.extract.text.alternatives import one_of
from aibox_assets.domain.models import Mention, Relation

_PERSON, _FIRM, _PLACE, _EVENT = "\ue000", "\ue001", "\ue002", "\ue003"
_KINDS: Final = {_PERSON, _FIRM, _PLACE, _EVENT}
_WITH: Final = re.compile(r"[」”\"]?\s*(?:、|和|与|及|以及|跟|暨)\s*[「“\"]?")
_KIN: Final = ("夫人", "妻子", "丈夫", "儿子", "女儿", "女婿", "弟弟", "长子", "次子")
_TITLE: Final = f"{TITLE}|{one_of((*POSTS, *_KIN))}"
_TITLED: Final = rf"(?:(?:现任|新任|时任|前任|前|原|其|的)?(?:{_TITLE})){{0,2}}"
# What a name with its titles begins with: without it "re" would look for titles everywhere.
_FIRSTS: Final = "".join(re.findall(r"\(\?=\[(.+?)\]", _TITLE))
_BEGINS: Final = f'(?=[{_PERSON}{_FIRM}{_PLACE}「“"现新时前原其的{_FIRSTS}])'
_EDITION: Final = r"(?:第[一二三四五六七八九十百\d]+[届回次]|[首本]届|\d{4}年?度?)?"
_SURE: Final = 0.85


def _phrase(written: str) -> re.Pattern[str]:
    """The pattern that *written* is short for: h and t are head and tail; P, O and L a person, an organization and a
    place (where they are no ends, too), E an event, N one of the first two, T a title or none; "~8" is up to
    eight characters of a clause without a name, "≈8" of a sentence without a person, "…8" of a sentence."""
    any_name = f"{_PERSON}{_FIRM}{_PLACE}{_EVENT}"
    short = {
        "hP": rf"{_BEGINS}(?:[{_FIRM}{_PLACE}]的?)?{_TITLED}[「“]?(?P<h>{_PERSON})[」”]?(?:{TITLE})?",
        "tP": rf"{_BEGINS}(?:[{_FIRM}{_PLACE}]的?)?{_TITLED}[「“]?(?P<t>{_PERSON})[」”]?(?:{TITLE})?",
        "hO": rf"[「“\"]?(?P<h>{_FIRM})[」”\"]?",
        "tO": rf"(?:{_PLACE}的?)?[「“\"]?(?P<t>{_FIRM})[」”\"]?",
        "hN": rf"{_BEGINS}(?:[{_FIRM}{_PLACE}]的?)?{_TITLED}[「“\"]?(?P<h>[{_PERSON}{_FIRM}])[」”\"]?",
        "tN": rf"{_BEGINS}(?:[{_FIRM}{_PLACE}]的?)?{_TITLED}[「“\"]?(?P<t>[{_PERSON}{_FIRM}])[」”\"]?",
        "tL": rf"(?P<t>{_PLACE})",
        "hL": rf"(?P<h>{_PLACE})",
        "tE": rf"{_EDITION}[「“]?(?P<t>{_EVENT})[」”]?",
        "hE": rf"{_EDITION}[「“]?(?P<h>{_EVENT})[」”]?",
        "P": _PERSON,
        "O": _FIRM,
        "L": _PLACE,
        "E": _EVENT,
        "N": f"[{_PERSON}{_FIRM}]",
        "T": _TITLED,
    }
    spelled = re.sub("[ht][POLNE]|[POLETN]", lambda found: short[found.group()], written)
    spelled = re.sub(r"~(\d+)", rf"[^，,。；！？\n{any_name}]{{0,\1}}?", spelled)
    spelled = re.sub(r"≈(\d+)", rf"[^。；！？\n{_PERSON}]{{0,\1}}?", spelled)
    spelled = re.sub(r"…(\d+)", r"[^。；！？\n]{0,\1}?", spelled)
    return re.compile(spelled)


def _needed(written: str) -> frozenset[str]:
    """The letters that both ends of the phrase *written* take, those of one kind together; N may be of either."""
    kinds = {"P": _PERSON, "O": _FIRM, "L": _PLACE, "E": _EVENT}
    of = Counter(kinds[kind] for kind in re.findall("[ht]([POLE])", written))
    return frozenset(letter * count for letter, count in of.items())


_PHRASES: Final = tuple((relation, _phrase(written), _needed(written)) for relation, written in WRITTEN)
_WORDS: Final = {relation: re.compile(words) for relation, words in WORDS.items()}
_SENTENCE: Final = re.compile(r"[^。；！？\n]*(?:。(?=接)[^。；！？\n]*)*[。；！？\n]?")
_UNSTATED: Final = re.compile(
    r"没|未|不(?!久|再|断|动)|否认|拒绝|可能|拟|计划|考虑|打算|有意|希望|如果|传闻|是否|建议|而非|一旦|传出|究竟|谁|或将|即将"
)
# Behind what is said: a question, or said to be untrue.
_DENIED: Final = re.compile(r"[^。！？!?；;\n]{0,40}?(?:[？?]|传闻|传言|之说|的说法|被否认|遭否认)")


@dataclass(frozen=True, slots=True)
class PhraseKinds:
    """The types of people, organizations, places and events."""

    person: str | None
    firm: str | None
    place: str | None
    event: str | None = None


@dataclass(frozen=True, slots=True)
class _Letters:
    """:ivar text: with a letter for each row of names. :ivar rows: the names by the letter's place. :ivar places: in
    the text that is read, by the place in this one."""

    text: str
    rows: dict[int, list[Mention]]
    places: list[int]


def read_phrases(text: str, names: Sequence[Mention], kinds: PhraseKinds) -> Iterator[tuple[str, Relation]]:
    """The relation and what says so, for those of *names*, in order, that a phrase of *text* relates."""
    if not has_chinese(text) or len(names) < 2:
        return
    letters = _letters(to_simplified(text), names, kinds)
    sentences = list(_sentences(letters))
    spans = {
        relation: [(span, kinds) for span, kinds in sentences if words.search(letters.text, *span)]
        for relation, words in _WORDS.items()
    }
    for relation, phrase, needed in _PHRASES:
        fitting = [span for span, kinds in spans[relation] if needed <= kinds]
        for found in _found(phrase, letters.text, fitting):
            if _UNSTATED.search(found.group()) or _DENIED.match(letters.text, found.end()):
                continue
            start, end = letters.places[found.start()], letters.places[found.end() - 1] + 1
            for head in letters.rows[found.start("h")]:
                for tail in letters.rows[found.start("t")]:
                    said = text[min(head.char_end, tail.char_end) : max(head.char_start, tail.char_start)]
                    ends = (
                        min(start, head.char_start, tail.char_start),
                        max(end, head.char_end, tail.char_end),
                    )
                    yield relation, Relation(head, tail, said.strip() or relation, *ends, _SURE)


def _sentences(letters: _Letters) -> Iterator[tuple[tuple[int, int], frozenset[str]]]:
    """Those with two rows of names, and the letters of these: one, and two where there are as many of a kind."""
    rows = list(letters.rows)
    for sentence in _SENTENCE.finditer(letters.text):
        start, end = sentence.span()
        if bisect_left(rows, end) - bisect_left(rows, start) > 1:
            own = sentence.group()
            yield (
                (start, end),
                frozenset(
                    each for kind in _KINDS for each in (kind, 2 * kind) if own.count(kind) >= len(each)
                ),
            )


def _found(phrase: re.Pattern[str], text: str, spans: Sequence[tuple[int, int]]) -> Iterator[re.Match[str]]:
    for start, end in spans:
        yield from phrase.finditer(text, start, end)


def _letters(folded: str, names: Sequence[Mention], kinds: PhraseKinds) -> _Letters:
    known = {kinds.person: _PERSON, kinds.firm: _FIRM, kinds.place: _PLACE, kinds.event: _EVENT}
    parts, places, rows = list[str](), list[int](), dict[int, list[Mention]]()
    at, last = 0, -1
    for each in without_other_names(folded, names):
        letter = known.get(each.type)
        if letter is None or each.char_start < at or is_another_name(folded, each.char_start):
            continue
        row = rows.get(last)
        if row and row[0].type == each.type and _WITH.fullmatch(folded, row[-1].char_end, each.char_start):
            row.append(each)
        else:
            parts += [folded[at : each.char_start], letter]
            places += [*range(at, each.char_start), each.char_start]
            last = len(places) - 1
            rows[last] = [each]
        at = each.char_end
    return _Letters("".join([*parts, folded[at:]]), rows, [*places, *range(at, len(folded))])
