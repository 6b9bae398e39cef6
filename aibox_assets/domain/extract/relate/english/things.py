"""Names of products and works in English, where a verb or noun says that something is made or used.

No recognizer knows them well: a name of its own, as spaCy's tags or its form say, that is nobody's and no place's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from aibox_assets.domain.extract.recognize.english import label_of
from aibox_assets.domain.extract.relate.english import lexicon_made as lexicon
from aibox_assets.domain.extract.relate.english.tree import NOUN_TAGS
from aibox_assets.domain.extract.text.document_en import Document, Word
from aibox_assets.domain.models import Mention

_TITLE_WORD: Final = re.compile(r"\s(?:(?:of|the|a|an|and|for|to|in)\s){0,2}[A-Z0-9][\w’'-]*")
_QUOTED: Final = re.compile(r"[^\"“”\n]{2,80}?(?=[,.]?(?:''|[\"”]))")
_CODE: Final = re.compile(r"[$<>{}=_/\\`|:\[\]@]")
_ACRONYM: Final = re.compile(r"[A-Z\d]{2,}s?")
_COMMON: Final = ("a", "an", "of")
_NAMES: Final = ("NNP", "NNPS")
_IN_NAMES: Final = (
    "NN",
    "NNS",
    "JJ",
    "CD",
)  # as taggers see words of unknown names: "Internet Printing Protocol"
_OF_NAMES: Final = frozenset(  # "Internet Printing Protocol"
    {"internet", "web", "documentation", "software", "code", "translation"}
)
_NO_THING: Final = re.compile(
    r"(?:Package|Host|Module|Class|File|Node|Server|Client|Machine|System|Program) [A-Z]|"  # "Package A"
    r"(?:.+ )?(?:Leader|President|Chairman|Director|Minister|Secretary|Officer)"
)
_SURE: Final = 0.85
_MOST_JOINED: Final = 16  # more are lists


@dataclass(frozen=True, slots=True)
class MadeTypes:
    """What an ontology calls those who make, what they make, places and dates."""

    person: str
    organization: str
    place: str | None
    date: str | None
    product: str
    work: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which names will do.

    :ivar firm: also one that is taken for an organization. :ivar titled: a book's. :ivar used: what one uses: "Python
        scripts", and no abbreviations, which are protocols and variables.
    """

    firm: bool = True
    titled: bool = False
    used: bool = False


class Things:
    """The names of one document. :param held: what each word is a part of."""

    def __init__(self, doc: Document, held: Mapping[int, Mention], types: MadeTypes) -> None:
        self._doc, self._held, self._types = doc, held, types
        # One of two stands outside of any name of one word.
        self._software = [each.start() for each in islice(lexicon.SOFTWARE.finditer(doc.text), 2)]
        self._business = lexicon.BUSINESS.search(doc.text) is not None

    def of(self, word: Word, wanted: Wanted) -> Mention | None:
        """What is called by the name that *word* ends, or by one that says which one it is."""
        if word.lower_ in lexicon.EDITIONS or (wanted.titled and word.lower_ in lexicon.PARTS):
            of = led(word, "of")
            return self.of(of[0], wanted) if of and of[0] is not word else None
        if word.tag_ in ("NN", "NNS") and word.i not in self._held and not _is_name(word):
            return self._called(word, wanted)
        return self._named(word, wanted)

    def _called(self, noun: Word, wanted: Wanted) -> Mention | None:
        """ "the Talus backup suite", "its first car, the Maruti 800"."""
        own = replace(wanted, titled=False)
        owned = any(child.dep_ in ("det", "poss") and child.lower_ != "a" for child in noun.children)
        for child in noun.children:
            if child.dep_ == "appos" and child.i > noun.i and owned and not wanted.used:
                return self._named(child, own)
        the = any(child.lower_ == "the" and child.dep_ == "det" for child in noun.children)
        names = [child for child in noun.children if child.dep_ == "compound" and child.tag_ in _NAMES]
        if not names or the is wanted.used:
            return None
        # "the Unix troff program", "the Maxima functions": not the one that is named.
        if the and (names[-1].i + 1 < noun.i or noun.lower_ in lexicon.KINDS):
            return None
        return self._named(names[-1], replace(own, firm=own.firm and the))

    def _named(self, word: Word, wanted: Wanted) -> Mention | None:
        if not wanted.titled and any(child.lower_ in _COMMON for child in word.children):
            return None  # "a Code of Conduct"
        first, last = word.i, word.i + 1
        held = self._held.get(word.i)
        if held is not None:
            types = self._types
            if held.type in (types.person, types.place, types.date):
                return None
            if held.type == types.organization and not wanted.firm and not self._is_programmed(held.text):
                return None
            span = self._doc.char_span(held.char_start, held.char_end)
            if span is not None:
                first, last = span.start, span.end
        elif not _is_name(word):
            return None
        first, last = self._whole(first, last)
        words = self._doc.words
        if first and words[first - 1].tag_ == "HYPH":
            return None  # the end of a name: "CUPS-Add-Printer"
        start, stop = words[first].idx, words[last - 1].idx + len(words[last - 1].text)
        if wanted.titled:
            start, stop = self._title(start, stop, first)
        said = self._doc.text[start:stop]
        no_name = words[first].lower_ in lexicon.NO_NAMES - (_OF_NAMES if last - first > 1 else frozenset())
        if no_name or _NO_THING.fullmatch(said) or not _is_called_so(self._doc.text, start, stop):
            return None
        if label_of(said, "PRODUCT", "", "") == "ORG" or (wanted.used and _ACRONYM.fullmatch(said)):
            return None
        book = wanted.titled and not self._is_software(said, start, stop)
        type_ = self._types.work if book and self._types.work is not None else self._types.product
        return Mention(start, stop, said, type_, " ".join(said.split()), _SURE)

    def _whole(self, first: int, last: int) -> tuple[int, int]:
        """With the words of a name before it, and behind it, numbers among these."""
        words, sentence = self._doc.words, self._doc.words[first].sent
        while first > sentence.start and first - 1 not in self._held:
            before = words[first - 1]
            capital = before.i > sentence.start and before.tag_ in _IN_NAMES and before.text.istitle()
            if not (before.tag_ in _NAMES or capital):
                break
            first -= 1
        while last < sentence.end and words[last].tag_ in ("NNP", "CD") and last not in self._held:
            if not words[last - 1].whitespace_:
                break
            last += 1
        return first, last

    def _title(self, start: int, stop: int, first: int) -> tuple[int, int]:
        """Up to the mark that closes it, or with the words that a title has: "The God of Small Things"."""
        text = self._doc.text
        quoted = _QUOTED.match(text, start)
        if quoted is not None and text[max(0, start - 1) : start] in ("'", "`", '"', "“"):
            return start, quoted.end()
        if first and self._doc.words[first - 1].text == "The":
            start = self._doc.words[first - 1].idx
        other = (self._types.person, self._types.place, self._types.date)
        while (more := _TITLE_WORD.match(text, stop)) is not None:
            span = self._doc.char_span(stop + 1, more.end())
            held = [self._held.get(each.i) for each in span.words] if span is not None else []
            named = any(each is not None and each.type in other for each in held)
            if not held or (named and not more.group().startswith(" of ")):
                break
            stop = max(more.end(), *(each.char_end for each in held if each is not None), 0)
        return start, stop

    def _is_programmed(self, said: str) -> bool:
        """Whether what may be an organization is told to be a program, by its name or text."""
        if lexicon.BODY.search(said):
            return False
        return lexicon.SOFTWARE.search(said) is not None or (bool(self._software) and not self._business)

    def _is_software(self, said: str, start: int, stop: int) -> bool:
        """Whether what is written is a program, and no book."""
        if " " in said:
            return False
        return lexicon.OF_SOFTWARE.fullmatch(said) is not None or any(
            not start <= each < stop for each in self._software
        )


def led(word: Word, preposition: str) -> list[Word]:
    """What *preposition* brings in behind *word*, and what is joined to that."""
    found = [
        child for child in word.children if child.lower_ == preposition and child.dep_ in ("prep", "agent")
    ]
    return rows([child for each in found for child in each.children if child.dep_ == "pobj"])


def rows(words: Sequence[Word]) -> list[Word]:
    """*words*, and what is joined to them: "A, B and C"."""
    found: list[Word] = []
    rest = list(words)
    while rest and len(found) < _MOST_JOINED:
        word = rest.pop(0)
        found.append(word)
        rest += [child for child in word.children if child.dep_ == "conj" and child.tag_ in NOUN_TAGS]
    return found


def _is_called_so(text: str, start: int, stop: int) -> bool:
    """Whether *text* has a name there, and no piece of code."""
    said = text[start:stop]
    around = text[max(0, start - 1) : stop + 1]
    return len(said) > 1 and any(each.isupper() for each in said) and _CODE.search(around) is None


def _is_name(word: Word) -> bool:
    """By its tag or form; taggers take unknown names for common nouns at the beginning of a sentence."""
    if word.tag_ in _NAMES or any(each.isupper() for each in word.text[1:]):
        return True
    numbered = any(child.dep_ == "nummod" and child.i == word.i + 1 for child in word.children)
    return word.text[:1].isupper() and (numbered or word.i > word.sent.start)
