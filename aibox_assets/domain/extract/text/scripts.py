"""Parts of a text by script, so that each language's rules see only their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LETTER = re.compile(r"[^\W\d_]")
# A sentence with its end mark; a Latin full stop ends one only before white space.
_SENTENCE = re.compile(
    r"[^。！？!?\n.]*(?:\.(?!\s)[^。！？!?\n.]*)*(?:[。！？!?\n]+[」』”’]?|\.(?=\s)|$)\s*", re.DOTALL
)
# A line without what Markdown and mail put before it.
_LINE = re.compile(r"(?:[^\S\n]|[>#*•-])*(?P<own>[^\n]*)")
_LATIN = re.compile(r"[A-Za-z]")
# From this share of Chinese letters on, a sentence is Chinese with foreign names in it.
_CHINESE_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Segment:
    """Neighbouring sentences in one script. :ivar start: offset of ``text`` in the whole."""

    start: int
    text: str
    chinese: bool


def split_by_script(text: str) -> list[Segment]:
    """*text* cut between sentences where the script changes; the segments join to *text* again."""
    if not _CJK.search(text):
        return [Segment(0, text, False)] if text else []
    segments: list[Segment] = []
    for start, sentence in _sentences(text):
        chinese = len(_CJK.findall(sentence)) > _CHINESE_SHARE * len(_LETTER.findall(sentence))
        # Digits and marks alone belong to what is before them.
        if segments and (segments[-1].chinese == chinese or not _LETTER.search(sentence)):
            last = segments[-1]
            segments[-1] = Segment(last.start, last.text + sentence, last.chinese)
        else:
            segments.append(Segment(start, sentence, chinese))
    return segments


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    for match in _SENTENCE.finditer(text):
        if match.group():
            yield match.start(), match.group()


def lines_of(part: Segment) -> Iterator[Segment]:
    """English is read line by line, without bullets and heading marks: what is left is sentences."""
    if part.chinese:
        yield part
        return
    for match in _LINE.finditer(part.text):
        if _LATIN.search(match["own"]):
            yield Segment(part.start + match.start("own"), match["own"], False)
