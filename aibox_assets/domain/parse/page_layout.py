"""What the lines of a PDF's pages are: running heads, contents, headings. By place, size and repetition."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from aibox_assets.domain.parse.page_lines import Line
from aibox_assets.domain.words import HAN

Pages = Sequence[Sequence[Line]]

_EDGE_LINES = 2  # a running head and a page number, at either edge
_FEWEST_PAGES = 3
_SAME_PLACE = 3.0  # points
_LARGER = 1.25
_LONGEST_HEAD = 150
_NUMBER = re.compile(r"\d{1,9}|\b[ivxlcdm]{1,9}\b", re.I)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
# Longer lines are no entries; the patterns stay cheap on them, too.
_LONGEST_ENTRY = 400
_LEADER = re.compile(r"(?:[.·․…‥][ \t]*){4,}")
_ENTRY = re.compile(r"\S.*\s(\d{1,4})")
_CONTENTS_TITLE = re.compile(r"(?:table of )?contents|list of \w+|目\s*[录錄次]|[图圖表]\s*目[录錄次]", re.I)
_FEWEST_LEADERS, _CONTENTS_SHARE = 3, 0.5
_BEHIND = 200  # pages that a file may lack of the numbers it was printed with
_RISING = 0.9
_HEADING_SIZE = 1.12
_LONGEST_HEADING = 200
_MOST_HEADINGS = 0.2  # of all lines; where more are large, size says nothing
_LEVELS = 4
_OFTEN, _FEWEST_LETTERS, _MOST_TITLE_LINES = 3, 2, 3
_MOST_PER_PAGE, _MOST_LINES = 200, 2_000
_NUMBERING = 16  # characters of "Chapter 12" and the like before a title
_WORDS = re.compile(r"[\W_]+")
_GOES_ON = re.compile(rf"[{HAN}\u3000-\u3001\u3003-\u303f\uff02-\uff1e\uff20-\uff60]$")  # all but 。！？
_WIDE = re.compile(rf"[{HAN}\u3000-\u303f\uff00-\uff60]")
_FULL, _FEWEST_WIDE = 0.85, 15  # what is shorter may be a list


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of a document's outline.

    :ivar level: from 1. :ivar top: of its place on the page, points from the bottom; None where it is not told.
    """

    level: int
    title: str
    page: int
    top: float | None


def find_running_lines(pages: Pages) -> list[set[int]]:
    """Per page the lines that are a head, a foot or a page number: they come again, at the same place, nearby."""
    edges = [_edges(lines) for lines in pages]
    shapes = [{_shape(lines[i].text): i for i in edge} for lines, edge in zip(pages, edges, strict=True)]
    counts = Counter(shape for of_page in shapes for shape in of_page)
    found: list[set[int]] = [set() for _ in pages]
    for page, (lines, of_page) in enumerate(zip(pages, shapes, strict=True)):
        body = median(line.size for line in lines) if lines else 0.0
        for shape, index in of_page.items():
            line = lines[index]
            if counts[shape] < _FEWEST_PAGES or line.size > _LARGER * body or len(line.text) > _LONGEST_HEAD:
                continue
            if any(
                _goes_on(line, pages[other][shapes[other][shape]], other - page, len(pages))
                for other in (page - 2, page - 1, page + 1, page + 2)  # even and odd pages may differ
                if 0 <= other < len(pages) and shape in shapes[other]
            ):
                found[page].add(index)
    _add_changing_heads(pages, edges, found)
    return found


def _goes_on(line: Line, other: Line, pages_between: int, pages: int) -> bool:
    """Whether two lines of one shape are one running line: a number stays, or counts the pages.

    A number that does anything else is one of the content, as that of an invoice or its sum.
    """
    if abs(other.top - line.top) > _SAME_PLACE:
        return False
    for before, after in zip(_numbers(line.text), _numbers(other.text), strict=True):
        if after != before and (after - before != pages_between or after > pages + _BEHIND):
            return False
    return True


def _numbers(text: str) -> list[int]:
    found = _NUMBER.findall(text[: _LONGEST_HEAD + 1].casefold())
    return [int(number) if number.isdecimal() else _read_roman(number) for number in found]


def _read_roman(number: str) -> int:
    values = [_ROMAN[letter] for letter in number]
    return sum(-value if value < max(values[i:]) else value for i, value in enumerate(values))


def _add_changing_heads(pages: Pages, edges: Sequence[Sequence[int]], found: Sequence[set[int]]) -> None:
    """The heads that name a short chapter do not come again, but stand where the others do."""
    all_tops: Counter[int] = Counter()
    running_tops: Counter[int] = Counter()
    for lines, edge, running in zip(pages, edges, found, strict=True):
        for index in edge:
            if lines[index].top:
                all_tops[round(lines[index].top)] += 1
                running_tops[round(lines[index].top)] += index in running
    sure = {
        top for top, count in running_tops.items() if count >= _FEWEST_PAGES and 2 * count >= all_tops[top]
    }
    for lines, edge, running in zip(pages, edges, found, strict=True):
        running.update(i for i in edge if round(lines[i].top) in sure and len(lines[i].text) <= _LONGEST_HEAD)


def _edges(lines: Sequence[Line]) -> list[int]:
    order = sorted(range(len(lines)), key=lambda i: -lines[i].top)  # as written where no place is known
    return sorted({*order[:_EDGE_LINES], *order[-_EDGE_LINES:]})


def _shape(text: str) -> str:
    return _NUMBER.sub("#", " ".join(text[: _LONGEST_HEAD + 1].casefold().split()))


def find_contents(pages: Pages) -> list[set[int]]:
    """Per page the lines that are a table of contents: entries whose page numbers rise, with leaders at its start."""
    found: list[set[int]] = []
    for lines in pages:
        found.append(_contents_of(lines, len(pages), follows=bool(found and found[-1])))
    return found


def _contents_of(lines: Sequence[Line], pages: int, *, follows: bool) -> set[int]:
    """
    :param pages: of the document; no entry points far behind it.
    :param follows: whether the page before is one of contents, so that this one needs no leaders.
    """
    numbers: list[int] = []
    marked: list[int] = []
    leaders = 0
    for index, line in enumerate(lines):
        if len(line.text) > _LONGEST_ENTRY:
            continue
        leads = _LEADER.search(line.text) is not None
        entry = _ENTRY.fullmatch(line.text)
        leaders += leads
        if entry:
            numbers.append(int(entry.group(1)))
        if leads or entry:
            marked.append(index)
    if (
        not numbers
        or len(marked) < _CONTENTS_SHARE * len(lines)
        or not (follows or leaders >= _FEWEST_LEADERS)
    ):
        return set()
    rising = sum(a <= b for a, b in pairwise(numbers))
    if rising < _RISING * (len(numbers) - 1) or max(numbers) > pages + _BEHIND:
        return set()
    titles = {index for index in range(marked[0]) if _CONTENTS_TITLE.fullmatch(lines[index].text)}
    return titles | set(range(marked[0], marked[-1] + 1))


def shorten_leaders(text: str) -> str:
    """*text* with one ellipsis for a row of dots, as a price list or a form has them."""
    return _LEADER.sub("… ", text).strip() if len(text) <= _LONGEST_ENTRY else text


def join_lines(lines: Sequence[Line]) -> str:
    """The text of *lines*. A line of Chinese that was full goes on in the next one: it may have ended inside a word."""
    widths = [_width(line.text) for line in lines]
    widest: defaultdict[float, float] = defaultdict(float)
    for line, width in zip(lines, widths, strict=True):
        widest[_round(line.size)] = max(widest[_round(line.size)], width)
    parts: list[str] = []
    for line, following, width in zip(lines, lines[1:], widths, strict=False):
        size = _round(line.size)
        goes_on = (
            width >= max(_FEWEST_WIDE, _FULL * widest[size])
            and _round(following.size) == size
            and _GOES_ON.search(line.text) is not None
            and _WIDE.match(following.text) is not None
        )
        parts += [shorten_leaders(line.text), "" if goes_on else "\n"]
    return "".join(parts) + "".join(shorten_leaders(line.text) for line in lines[-1:])


def _width(text: str) -> float:
    """In characters as wide as Chinese ones."""
    return (len(text) + len(_WIDE.findall(text))) / 2


def place_bookmarks(lines: Sequence[Line], bookmarks: Sequence[Bookmark]) -> dict[int, list[Bookmark]]:
    """The bookmarks of a page by the line that each stands before: the one that says its title, or that lies there."""
    known = [_normalize(line.text) for line in lines[:_MOST_LINES]]
    placed: defaultdict[int, list[Bookmark]] = defaultdict(list)
    start = 0
    for bookmark in bookmarks[:_MOST_PER_PAGE]:
        start = _find_title(lines, known, bookmark, start)
        placed[start].append(bookmark)
    return dict(placed)


def _find_title(lines: Sequence[Line], known: Sequence[str], bookmark: Bookmark, start: int) -> int:
    title = _normalize(bookmark.title)
    best: tuple[float, int] | None = None
    for index in range(start, len(known)):
        text = known[index]
        for following in (0, 1, 2):  # a title may be broken, or stand below the word "Chapter"
            if following:
                if index + following >= len(known) or not title.startswith(text[-len(title) :] or "\0"):
                    break
                text += known[index + following]
            if title and text.endswith(title) and len(text) - len(title) <= _NUMBERING:
                distance = 0.0 if bookmark.top is None else abs(lines[index].top - bookmark.top)
                if best is None or distance < best[0]:
                    best = distance, index
                break
    if best is not None:
        return best[1]
    if bookmark.top is None:
        return start
    below = (i for i in range(start, len(known)) if lines[i].top <= bookmark.top + _SAME_PLACE)
    return next(below, start)


def _normalize(text: str) -> str:
    return _WORDS.sub("", text[: 2 * _LONGEST_HEADING]).casefold()


def find_headings(pages: Pages) -> list[dict[int, list[Bookmark]]]:
    """As :func:`place_bookmarks`, per page, for a document without an outline: lines set larger than the text.

    None where that says nothing, because too much is large. A name that comes often ("Note") heads a box.
    """
    weights: Counter[float] = Counter()
    names: Counter[str] = Counter()
    for lines in pages:
        for line in lines:
            weights[_round(line.size)] += len(line.text)
            names[line.text] += 1
    body = max(weights, key=lambda size: weights[size], default=0.0)
    found: list[dict[int, list[Bookmark]]] = [{} for _ in pages]
    large: list[dict[int, float]] = [
        {
            index: _round(line.size)
            for index, line in enumerate(lines)
            if _round(line.size) >= _HEADING_SIZE * body
            and len(line.text) <= _LONGEST_HEADING
            and names[line.text] <= _OFTEN
            and sum(map(str.isalpha, line.text)) >= _FEWEST_LETTERS
        }
        for lines in pages
    ]
    if not body or sum(map(len, large)) > _MOST_HEADINGS * names.total() + 1:
        return found
    sizes = sorted({size for sizes in large for size in sizes.values()}, reverse=True)
    levels = {size: min(rank, _LEVELS) for rank, size in enumerate(sizes, start=1)}
    for page, (lines, sizes_of_lines) in enumerate(zip(pages, large, strict=True)):
        for index, size in sizes_of_lines.items():
            if sizes_of_lines.get(index - 1) == size:
                continue  # the rest of a title that was broken
            last = index
            while sizes_of_lines.get(last + 1) == size and last - index < _MOST_TITLE_LINES:
                last += 1
            title = " ".join(line.text for line in lines[index : last + 1])
            found[page][index] = [Bookmark(levels[size], title, page, lines[index].top)]
    return found


def _round(size: float) -> float:
    return round(size * 2) / 2
