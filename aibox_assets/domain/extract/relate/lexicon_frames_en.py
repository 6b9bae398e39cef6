"""What English says between two names, by the types of both, for :mod:`frames_en`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_HAVE: Final = r"(?:(?:has|have|had)\s+)?(?:(?:also|both|now|since|recently|already)\s+)?"
_KIND: Final = r"(?:(?:the|a|an)\s+(?:[\w-]+\s+){1,3}?)?"  # "the battery maker Acme"
_THE: Final = r"(?:the\s+)?"
_MONEY: Final = (
    r"(?:[$€£]?[\d.,]+\s+)?(?:(?:million|billion|m|bn)\s+)?(?:dollars|euros|pounds|francs|"
    r"yuan|yen|funding|money|million|billion)"
)
_SITE: Final = (
    r"(?:plants?|factor(?:y|ies)|shops?|stores?|laborator(?:y|ies)|labs?|offices?|"
    r"branch(?:es)?|mills?|works|sites?|campus|"
    r"warehouses?|yard|workshops?|clinics?|studios?|bureaus?|bureau|showrooms?|data cent(?:er|"
    r"re)s?|breweries|brewery|depots?)"
)
_SEAT: Final = r"(?:headquarters|seat|head\s+offices?|registered\s+office|main\s+office|legal\s+seat)"
_KIN: Final = (
    r"(?:child|son|daughter|brother|sister|father|mother|uncle|aunt|nephew|niece|cousin|"
    r"grandson|granddaughter|grandfather|"
    r"grandmother|great-(?:niece|nephew|grandson|granddaughter|aunt|uncle))"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """:ivar between: all of what stands there. :ivar after: what must follow the second name.
    :ivar inverse: whether the second is the relation's head."""

    relation: str
    between: re.Pattern[str]
    after: re.Pattern[str] | None = None
    inverse: bool = False


def _frame(relation: str, between: str, *, after: str | None = None, inverse: bool = False) -> Frame:
    follows = re.compile(after) if after is not None else None
    return Frame(relation, re.compile(between, re.DOTALL), follows, inverse)


FIRMS: Final = (
    _frame(
        "INVESTED_IN",
        rf"\s+{_HAVE}(?:taken|bought|acquired|took|holds?|held|owns?|owned|has|with)\s+(?:[\w.%-]+\s+){{0,5}}?"
        rf"(?:stake|shareholding|interest|holding)\s+in\s+{_KIND}",
    ),
    _frame(
        "INVESTED_IN",
        rf"\s+(?:holds?|held|owns?|owned|bought)\s+[\d.,]+\s?(?:%|per\s+cent|percent)\s+of\s+"
        rf"(?:the\s+(?:[a-z]+\s+)?shares\s+of\s+)?{_THE}",
    ),
    _frame(
        "INVESTED_IN", rf"\s+{_HAVE}(?:put|invested|poured)\s+(?:[\w.,$€£]+\s+){{1,3}}?(?:into|in)\s+{_KIND}"
    ),
    _frame("INVESTED_IN", rf"\s+(?:has|have|holds?|held)\s+(?:a|the)\s+majority\s+(?:of|in)\s+{_THE}"),
    _frame(
        "INVESTED_IN",
        rf"(?:,\s+)?\s*{_HAVE}(?:raised|received|secured)\s+{_MONEY}\s+from\s+{_THE}",
        inverse=True,
    ),
    _frame("ACQUIRED", rf"\s+{_HAVE}paid\s+[$€£]?[\d.,]+\s+(?:[a-z]+\s+){{0,3}}for\s+{_KIND}"),
    _frame("ACQUIRED", rf"\s+{_HAVE}(?:bought|acquired|taken\s+over|took\s+over|purchased)\s+{_KIND}"),
    _frame(
        "SUBSIDIARY_OF",
        rf",?\s+(?:now\s+)?(?:(?:is|are|was|were)\s+)?(?:all\s+|now\s+)?(?:part\s+of|owned\s+by|"
        rf"controlled\s+by)\s+{_THE}",
    ),
    _frame(
        "SUBSIDIARY_OF",
        r",?\s+(?:(?:which\s+)?(?:is|was)\s+)?(?:(?:now|long\s+since)\s+)?(?:a|the)\s+"
        r"(?:[a-z-]+\s+){0,2}(?:unit|subsidiary|division|arm|brand)\s+of\s+"
        r"(?:the\s+(?:[A-Z][a-z]+\s+)?(?:[a-z]+\s+)?)?",
    ),
    _frame("SUBSIDIARY_OF", r",\s+(?:long\s+since\s+|now\s+)?merged\s+into\s+"),
    _frame(
        "SUBSIDIARY_OF",
        r"(?:['’]s?)?\s+(?:[a-z-]+\s+){0,2}(?:subsidiary|unit|division|arm|brand)\s+",
        inverse=True,
    ),
    _frame(
        "SUPPLIES",
        r"\s+(?:(?:has|have)\s+been\s+selling|sells?|delivers?|supplies|ships?|assembles?|makes?)\s+"
        r"(?!(?:[a-z]+\s+){0,2}(?:stake|shares?|unit|business|division|rights|"
        r"arm)\b)(?:[a-z-]+\s+){1,3}(?:to|for)\s+(?:the\s+(?:[a-z-]+\s+){0,3})?",
    ),
    _frame(
        "COMPETES_WITH",
        r"(?:['’]s?\s+(?:[a-z-]+\s+){0,2}|,\s+(?:its|their)\s+(?:[a-z-]+\s+){0,2}|,?\s+a\s+"
        r"(?:[a-z-]+\s+)?)(?:rival|competitor)(?:\s+of)?,?\s+",
    ),
)
SEATS: Final = (
    _frame(
        "HEADQUARTERED_IN",
        rf"(?:,?\s+which)?\s+(?:has|have|had|with)\s+(?:always\s+)?(?:its|their)\s+"
        rf"(?:[a-z]+\s+)?{_SEAT}\s+(?:in|at)\s+",
    ),
    _frame("HEADQUARTERED_IN", rf",\s+with\s+(?:its\s+)?(?:[a-z]+\s+)?{_SEAT}\s+(?:in|at)\s+"),
    _frame(
        "HEADQUARTERED_IN",
        r",\s+(?:the|a|an)\s+(?:[a-z-]+\s+){0,3}?(?:firm|company|maker|group|brewer|manufacturer|"
        r"publisher|start-up)\s+(?:from|of|in)\s+",
    ),
    _frame("HEADQUARTERED_IN", r",\s+both\s+(?:of|from|based\s+in)\s+"),
    _frame("LOCATED_IN", rf"(?:['’]s?)\s+(?:[a-z-]+\s+){{0,2}}{_SITE}\s+(?:in|at)\s+{_THE}"),
    _frame(
        "LOCATED_IN",
        rf"\s+{_HAVE}(?:has|have|had|opened|opens|runs|operates|built|is\s+building|closed)\s+"
        rf"(?:its|their|an?|the|two|three|four)\s+(?:[a-z-]+\s+){{0,2}}{_SITE}\s+(?:in|at)\s+"
        r"(?:the\s+island\s+of\s+)?",
    ),
)
SITES_OF: Final = (_frame("LOCATED_IN", rf"\s+{_SITE}\s+of\s+{_THE}", inverse=True),)
STAFF: Final = (
    _frame(
        "STUDIED_AT",
        r",?\s+(?:then|at\s+that\s+time|at\s+the\s+time|still|once)?,?\s*(?:is\s+|was\s+|"
        r"as\s+)?an?\s+(?:[a-z-]+\s+)?(?:student|graduate|alumn[ua]s?)\s+(?:at|of)\s+(?:the\s+)?",
    ),
    _frame(
        "STUDIED_AT",
        r"\s+(?:dropped\s+out\s+of|holds\s+(?:a\s+)?(?:[a-z]+\s+)?degrees?\s+from|trained\s+at)\s+(?:the\s+)?",
    ),
    _frame(
        "WORKS_FOR",
        r"(?:,?\s+who)?\s+(?:(?:has|had)\s+)?(?:(?:spent|worked)\s+(?:[\w-]+\s+){0,3}years\s+"
        r"(?:with|at|for)|spent\s+(?:his|her)\s+(?:[a-z]+\s+)?career\s+(?:with|at|for)|"
        r"(?:sits|serves|sat|served)\s+on\s+the\s+(?:[a-z]+\s+)?board\s+of|taken\s+a\s+(?:post|"
        r"job)\s+(?:with|at)|took\s+a\s+(?:post|job)\s+(?:with|at)|"
        r"plays?\s+(?:the\s+)?(?:[a-z]+\s+)?(?:in|for|with)|played\s+(?:[a-z]+\s+)?for|moved\s+to|"
        r"coaches|coached|edits|edited)\s+(?:the\s+)?",
    ),
    _frame(
        "WORKS_FOR",
        r"(?:\s+\([a-z]+\))?,\s+(?:then|formerly|previously|now|until\s+recently)\s+(?:of|at|with)\s+(?:the\s+)?",
    ),
    _frame(
        "LEFT",
        r"\s+(?:has\s+)?(?:resigned\s+from|quit|left)\s+(?:(?:his|her)\s+(?:post|job|position)\s+"
        r"(?:at|with)\s+)?(?:the\s+)?",
        after=r"(?!['’]s|\s+(?:dead|injured|wounded|homeless|stranded)\b)",
    ),
    _frame(
        "FOUNDED",
        r"(?:,\s+(?:who|which))?\s+(?:together\s+)?(?:(?:has|had)\s+)?(?:co-?)?(?:founded|"
        r"established|set\s+up)\s+(?:the\s+(?:[\w-]+\s+){1,3}?)?",
    ),
)
OF_FIRM: Final = (
    _frame(
        "FOUNDED",
        r",\s+(?:which|the\s+(?:[a-z-]+\s+){1,3}(?:that|which))\s+",
        after=r"\s+(?:has\s+|had\s+)?(?:co-?)?(?:founded|set\s+up|established)\b",
        inverse=True,
    ),
)
HOMES: Final = (
    _frame(
        "LIVES_IN",
        r"(?:,?\s+who)?\s+(?:(?:now|today|still|once|later)\s+)?(?:lives?|lived|is\s+living|was\s+"
        r"living|resides|settled|emigrated|moved|grew\s+up|has\s+lived)\s+(?:in|to|from|on)\s+",
    ),
    _frame("DIED_IN", r"\s+(?:died|was\s+killed)\s+(?:at\s+(?:his|her)\s+home\s+)?(?:in|at)\s+"),
)
FAMILY: Final = (
    _frame(
        "FAMILY_OF",
        rf",?\s+(?:(?:is|was)\s+)?(?:a|the)\s+(?:[a-z]+\s+){{0,2}}{_KIN}\s+of\s+(?:the\s+"
        rf"[a-z]+\s+)?(?:[A-Z][a-z]+\s+)?",
    ),
    _frame(
        "FAMILY_OF",
        rf"(?:['’]s\s+|,?\s+who\s+)(?:[a-z]+\s+){{0,3}}(?:to|with)\s+(?:his|her)\s+(?:[a-z]+\s+)?{_KIN}\s+",
    ),
    _frame("SPOUSE_OF", r"\s+(?:and|with)\s+(?:his|her)\s+(?:[a-z]+\s+)?(?:wife|husband),?\s+"),
)
RIVALS: Final = re.compile(
    r"(?:,\s+both\s+(?:of|from)\s+[A-Z]\w+,)?\s+(?:are|were|remain|have\s+(?:long\s+)?been)\s+"
    r"(?:[\w’']+\s+){0,3}(?:rivals|competitors)\b"
)
TOGETHER: Final = re.compile(
    r"\s+(?:(?:have|has|will|both)\s+){0,2}(?:jointly\b|teamed\s+up\b|joined\s+forces\b|"
    r"formed\s+a\s+joint\b|set\s+up\s+a\s+joint\b|"
    r"(?:merged|combined|pooled)\s+their\b|work(?:ed|ing)?\s+together\b|collaborate)"
)
SIBLINGS: Final = re.compile(
    r"(?:\b(?:cousins|brothers|sisters|siblings|twins|sons|daughters|children)|(?:^|"
    r"[.!?]\s)(?:Cousins|Brothers|Sisters|Twins))"
    r"(?:\s+and\s+(?:[a-z]+\s+)?[a-z]+)?,?\s+$"
)
