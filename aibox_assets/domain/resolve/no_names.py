"""What a recognizer took for a name and is none: pieces of code, journals; and which names of manuals say two things.

In manuals of software names of programs, accounts and protocols stand beside each other as those of people and firms
do elsewhere.
"""

from __future__ import annotations

import re
from typing import Final

from aibox_assets.domain.extract.names import has_chinese
from aibox_assets.domain.extract.text.manual_words import may_be_manual
from aibox_assets.domain.resolve.forms import LOCATION, PERSON
from aibox_assets.domain.resolve.records import Name

_CODE: Final = re.compile(r"[_=<>{}\\$|]|\w::\w|\(\)")
_JOURNAL: Final = re.compile(
    r"\b(?:Journal|Proc|Proceedings|Trans|Comput|Comm|Commun|Math|Statist|Stat|Appl|Amer|Assoc|Soc|Anal|Lett|Phys|Chem|"
    r"Biol|Acad|Bull|Acta|Annals|ACM|IEEE|SIAM)\b|^J\. (?:Res|Sci|Opt|Mol|Geo\w*|Soft\w*)\b"
)
_CAMEL: Final = re.compile(r"\b(?!Mc|Mac|De|Le|La|Di|Du|Fitz|Van|Von)[A-Z][a-z]+[A-Z][a-z]")
_INNER: Final = re.compile(r"(?<=\w)[./\\:](?=\w)")
_KEPT: Final = frozenset({PERSON, LOCATION, "Organization"})


def is_no_name(name: Name) -> bool:
    """Whether *name* is a piece of code, or of a person the name of a journal or program: "LilyPond
    Serif"."""
    if has_chinese(name.text):
        return False
    own = name.text.strip("`<>|=_ ")
    if name.type == PERSON and (_JOURNAL.search(own) or _CAMEL.search(own)):
        return True
    return _CODE.search(own) is not None


def are_two_paths(one: Name, other: Name) -> bool:
    """Whether two names of things differ in what parts their words: "INBOX/Drafts" and "INBOX.Drafts"."""
    marks = [_INNER.findall(each.text) for each in (one, other)]
    return one.type not in _KEPT and all(marks) and marks[0] != marks[1]


def is_spelled_out(letters: str, name: str) -> bool:
    """Whether *letters* follow one another in *name*: those of "NST" do in "NSTAR", those of "JMD" not in "Jamaican
    Bank"."""
    rest = iter(name.casefold())
    return all(each in rest for each in letters.casefold() if each.isalnum())


def is_beside(one: Name, other: Name, text: str) -> bool:
    """Whether what *text*, as of a manual, has in brackets behind *one* is another thing: "GOsa (LDAP)"."""
    return (
        other.text.isupper()
        and other.text.isascii()
        and other.text.isalpha()
        and may_be_manual(text)
        and not is_spelled_out(other.text, one.text)
    )
