"""Where the words of a question stand in a passage, and the part of it that shows most of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.words import HAN, fold_script, segment_words

SNIPPET_CHARS: Final = 240
"""Of a snippet in a Latin script."""
_HAN_SHARE: Final = 2
"""A Chinese text says as much in this part of the characters."""

_TOKEN = re.compile(
    rf"(?P<han>[{HAN}]+)|(?:(?![{HAN}])[\w\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff])+"
    rf"(?:[-./'’:@&+#,](?:(?![{HAN}])\w)+)*"
)
_PART = re.compile("[^\\W_][\\w\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]*")
_HEADING = re.compile("#{1,6} +(?=\\S)")
_BREAK = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？；])|\n+")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Snippet:
    """The part of a passage that shows why it was found.

    :ivar start: offset of the snippet in the passage's text.
    :ivar matches: start and end of each matching word, in the snippet's text.
    """

    text: str
    start: int
    matches: tuple[Span, ...]


def find_matches(text: str, words: Collection[str], form_of: Callable[[str], str]) -> list[Span]:
    """Where *words* stand in *text*, in order, touching ones joined.

    :param words: as the index has them: folded, Latin ones as stems, Chinese in simplified characters.
    :param form_of: the index's form of a folded Latin word.
    """
    wanted = frozenset(words)
    han = [word for word in wanted if re.match(f"[{HAN}]", word)]
    # A single character is in every other word; it counts where the question has nothing longer.
    han = [word for word in han if len(word) > 1] or han
    spans: list[Span] = []
    for token in _TOKEN.finditer(text):
        if token["han"]:
            spans += _in_han(token, han)
        elif not _is_compound(token.group()):
            spans += [token.span()] * any(form_of(word) in wanted for word in segment_words(token.group()))
        elif form_of(segment_words(token.group())[-1]) in wanted:
            spans.append(token.span())  # a code, in one piece
        else:
            spans += [
                (token.start() + part.start(), token.start() + part.end())
                for part in _PART.finditer(token.group())
                if any(form_of(word) in wanted for word in segment_words(part.group()))
            ]
    return join_spans(sorted(spans))


def cut_snippet(text: str, matches: Sequence[Span]) -> Snippet:
    """The part of *text* with most matches in it, from the start of a sentence where one is near; a heading's signs
    (Markdown's ``##``) are left out before it."""
    width = SNIPPET_CHARS
    if matches and 2 * len(re.findall(f"[{HAN}]", text)) > len(text):
        width //= _HAN_SHARE
    start = 0 if len(text) <= width else _find_start(text, matches, width)
    if signs := _HEADING.match(text, start):
        start = signs.end()
    end = min(len(text), start + width)
    end = end if end == len(text) else max(_word_border(text, end), start + 1)
    inside = tuple((s - start, e - start) for s, e in matches if start <= s and e <= end)
    return Snippet(text[start:end], start, inside)


def _find_start(text: str, matches: Sequence[Span], width: int) -> int:
    start = _best_start(matches, width)
    sentences = [found.end() for found in _BREAK.finditer(text, max(0, start - width // 2), start + 1)]
    if sentences and (start - sentences[-1]) < width // 2:
        start = sentences[-1]
    elif start:
        start = _word_border(text, max(0, start - width // 4))
    return start


def latin_words(text: str) -> set[str]:
    """The folded words of *text* that are not Chinese: those whose form in the index is a stem."""
    return {word for word in segment_words(text) if not re.match(f"[{HAN}]", word)}


def _in_han(token: re.Match[str], words: Sequence[str]) -> list[Span]:
    run, start = fold_script(token.group()), token.start()
    return [
        (start + found.start(), start + found.end())
        for word in words
        for found in re.finditer(re.escape(word), run)
    ]


def _is_compound(run: str) -> bool:
    return not run.isalnum() and len(_PART.findall(run)) > 1


def _best_start(matches: Sequence[Span], width: int) -> int:
    """The first match of the stretch that holds most characters of matches."""
    if not matches:
        return 0
    held = [sum(e - s for s, e in matches[i:] if e <= matches[i][0] + width) for i in range(len(matches))]
    return matches[held.index(max(held))][0]


def _word_border(text: str, near: int) -> int:
    """The place behind the last white space or sentence end before *near*; *near* itself in a text without any."""
    found = [match.end() for match in re.finditer(r"[\s。，、！？；]", text[max(0, near - 40) : near])]
    return max(0, near - 40) + found[-1] if found else near


def join_spans(spans: Sequence[Span]) -> list[Span]:
    """Sorted *spans*, with those that touch made one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
