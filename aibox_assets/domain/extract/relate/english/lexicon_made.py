"""Words by which English says who made, uses or released what, for :mod:`made`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WRITES: Final = _words("write writes wrote written")
# By these an organization is told to be none: nobody develops a company.
MAKES: Final = _words("""
    develop develops developed design designs designed program programmed invent invented release releases released
    publish publishes published manufacture manufactures manufactured produce produces produced make makes made brew
    brews brewed
    """)
# By these it may be one.
BEGINS: Final = _words("""
    create creates created start started build builds built launch launched introduce introduced unveiled
    """)
OUT: Final = _words("released published launched introduced unveiled came appeared")
USING: Final = _words("""
    use uses used adopt adopts adopted deploy deploys deployed chosen chose rely relies relied depend depends
    """)
LED: Final[Mapping[str, str]] = dict.fromkeys(("rely", "relies", "relied", "depend", "depends"), "on")
"""By which preposition a verb brings in its object."""
FOUNDS: Final = _words("found founded founds establish established formed started set")
VERBS: Final = FOUNDS | WRITES | MAKES | BEGINS | OUT | USING
EDITIONS: Final = _words("version versions release edition prototype")
PARTS: Final = _words("words lyrics music score")
WORK_OF: Final = _words("work project product")
NOUNS: Final = WORK_OF | _words("developer maker creator author inventor manufacturer designer")
# What is said of these is not said of what they are of: "the Windows build", "the terms".
KINDS: Final = _words("""
    function functions build builds shell shells port ports interface interfaces driver drivers client clients module
    modules plugin plugins script scripts command commands routine routines code documentation manual header headers
    api apis term terms word words tools extension extensions binding bindings wrapper wrappers frontend frontends
    backend backends patch patches support website installer
    """)
OF_IT: Final = re.compile(rf"\s(?:[a-z]+\s)?(?:{'|'.join(sorted(KINDS))})\b")
"""Behind a name: "the Maxima set functions"."""
# What is called by its number, or by what it is.
NO_NAMES: Final = _words("""
    example examples most many several both none documentation software code translation translations
    sung written directed composed recorded produced built based born founded published designed led
    originally initially first later recently formerly previously currently
    it this that these those he she they we you i there what which who all some each section chapter figure table
    appendix part rfc pep jsr cve internet web note see congress parliament english german french chinese mr mrs ms dr
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december
    """)
SOFTWARE: Final = re.compile(
    r"\b(?:software|programs?|kernel|programming|compilers?|servers?|library|libraries|source code|protocols?|"
    r"open source|operating systems?|scripts?|packages?|developers?|browsers?|Unix|Linux|users|database)\b"
)
BUSINESS: Final = re.compile(r"\b(?:company|companies|firms?|business|market|shares|investors?)\b")
BODY: Final = re.compile(r"\b(?:Project|Foundation|Institute|Association|Society|Team|Consortium|Council)\b")
OF_SOFTWARE: Final = re.compile(r"[A-Z]{2,}[\w+#]*|\w*[a-z][A-Z]\w*|.*\d.*")
"""The forms of names that only software has."""
