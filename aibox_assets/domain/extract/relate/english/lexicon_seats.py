"""What English says between an organization and a place where it is, for :mod:`frames`."""

from __future__ import annotations

from typing import Final

from aibox_assets.domain.extract.relate.english.frame import HOME
from aibox_assets.domain.extract.relate.english.frame import frame as _frame

_HAVE: Final = r"(?:(?:has|have|had)\s+)?(?:(?:also|both|now|since|recently|already)\s+)?"
_THE: Final = r"(?:the\s+)?"
_S: Final = r"(?:['’]s?|s)"
_AT: Final = r"(?:in|at|on)\s+(?:the\s+(?:edge|outskirts|island|village|town|city)\s+of\s+)?"
_IN: Final = rf"(?:in|at)\s+{_THE}"
_SITE: Final = (
    r"(?:plants?|factor(?:y|ies)|shops?|stores?|laborator(?:y|ies)|labs?|offices?|"
    r"branch(?:es)?|mills?|works|sites?|campus|"
    r"warehouses?|yards?|workshops?|clinics?|studios?|bureaus?|bureau|showrooms?|data cent(?:er|"
    r"re)s?|breweries|brewery|depots?|gardens|vineyards?|mines?|quarr(?:y|ies)|kilns?|foundr(?:y|ies))"
)
_SEAT: Final = (
    r"(?:(?:joint\s+)?headquarters|seat|(?:(?:head|registered|main|principal|"
    r"executive|central|corporate)\s+){1,2}offices?|"
    r"legal\s+seat|home\s+office|base)"
)
_KIND: Final = (
    r"(?:firm|company|maker|brewery|brewer|school|university|club|charity|bank|shop|publisher|publishing\s+house|"
    r"studio|association|institute|museum|hospital|restaurant|start-up|startup|foundation|agency|contractor|"
    r"fund|producer|co-?operatives?|federation|farm|winery|theatre|bakery|hotel|gallery|newspaper|broadcaster|"
    r"laboratory|hackerspace|clinic|college|orchestra|church|non-profit|organi[sz]ation|group|provider|"
    r"supplier|manufacturer|retailer|builder|yard|shipyard|mill|foundry|works|distillery|practice|"
    r"consultancy|insurer|airline|developer|brokerage|trading\s+house|press|label|chain|breeder|broker|"
    r"wholesaler|solicitors|butchers|seller|business|dealer|operator|house|miner|lender)"
)
_ADJ: Final = r"(?:(?!(?:in|of|for|at|on|by|with|and)\s)[a-z-]+\s+){0,4}?"
_MADE: Final = (
    r"(?:made|built|printed|produced|supplied|published|brewed|assembled|run|designed|manufactured|employed|calibrated|"
    r"developed|issued|maintained|operated)"
)
_STAFF: Final = (
    r"(?:(?!(?:co-?)?founder|owner|member|leader)[a-z]{3,}(?:er|or|ist|"
    r"ant|ian)s?|students?|fellow|graduates?|professor|trainee|dean|rector|"
    r"head|chief|library|"
    r"laborator(?:y|ies)|labs?|tunnel|clock|department|faculty|campus|nurse)"
)
_AT_WORK: Final = (
    rf"\b(?:{_MADE}\s+by|{_STAFF}\s+(?:of|at|with)|work(?:s|ed|ing)?\s+(?:for|at|with)|"
    r"(?:post|job|degree|doctorate|PhD|fellowship)\s+(?:at|from|with))\s+(?:the\s+)?"
)
_DOES: Final = r"\s+(?:is|are|was|has|(?!on\b)[a-z]+(?:s|ed))\s+(?!.{0,60}\b(?:as|than)\b)"
SEATS: Final = (
    _frame(
        "HEADQUARTERED_IN",
        rf"(?:,?\s+which)?\s+(?:has|have|had|with|maintains?|keeps?)\s+(?:always\s+)?(?:its|their)\s+"
        rf"(?:[a-z]+\s+)?{_SEAT}\s+{_AT}{_THE}",
    ),
    _frame(
        "HEADQUARTERED_IN", rf"(?:,|\s+(?:has|have)|,\s+which\s+has)\s+(?:with\s+)?(?:its\s+)?{_SEAT}\s+{_AT}"
    ),
    _frame("HEADQUARTERED_IN", rf",[^,;.]{{3,60}}\s+with\s+(?:its\s+)?{_SEAT}\s+{_AT}", after=r"(?!['’]s)"),
    _frame(
        "HEADQUARTERED_IN", rf"(?:{_S}|,\s+whose)\s+{_SEAT}\s+(?:is|are|lies?)\s+(?:now\s+|still\s+)?{_AT}"
    ),
    _frame("HEADQUARTERED_IN", rf"\s+\((?:[a-z]+\s+)?{_SEAT}:\s+"),
    _frame(
        "HEADQUARTERED_IN", r",\s+[^,;.\n]{3,40},\s+", before=r"\b(?:[Hh]ead|[Rr]egistered)\s+[Oo]ffice:\s+"
    ),
    _frame("HEADQUARTERED_IN", r"\s+sits\s+in\s+"),
    _frame(
        "HEADQUARTERED_IN",
        r"(?:,?\s+(?:which\s+)?(?:has\s+(?:always\s+)?been|is|are|now)?\s*(?:now\s+|still\s+)?|,\s+)"
        rf"(?:based|headquartered|seated|domiciled|run\s+from)\s+(?:in\s+|at\s+|(?<=from\s)){_THE}",
    ),
    _frame(HOME, rf",\s+(?:the|an?)\s+(?:[A-Z]?[a-z-]+\s+){{0,3}}?{_KIND}\s+(?:from|of)\s+"),
    _frame(HOME, r",\s+both\s+(?:of|from|based\s+in)\s+"),
    _frame(HOME, r",?\s+of\s+", before=r"(?<![Tt]he\s)", after=r"(?!['’]s|\s+and\s+[a-z])"),
    _frame(HOME, r",\s+(?:an?|the)\s+", after=rf"\s+(?:[a-z-]+\s+){{0,3}}?{_KIND}\b"),
    _frame(
        "LOCATED_IN",
        rf"(?:,|\s+(?:is|was))\s+(?:the|an?)\s+(?:[A-Z]?[a-z-]+\s+){{0,4}}?{_KIND}\s+{_IN}",
    ),
    _frame("LOCATED_IN", rf",\s+{_KIND}\s+in\s+"),
    _frame(
        "LOCATED_IN",
        r"(?:,|\s+is|\s+are)\s+(?:a\s+)?registered\s+(?:[a-z]+\s+)?in\s+(?:the\s+state\s+of\s+)?",
    ),
    _frame("LOCATED_IN", rf"(?:{_S})\s+(?:[a-z-]+\s+){{0,2}}{_SITE}\s+(?:(?:is|are|lies?|stands?)\s+)?{_IN}"),
    _frame("LOCATED_IN", rf",\s+whose\s+(?:[a-z-]+\s+){{0,2}}{_SITE}\s+(?:is|are|lies?)\s+{_IN}"),
    _frame(
        "LOCATED_IN",
        rf"\s+{_HAVE}(?:has|have|had|opened|opens|runs|operates|built|is\s+building)\s+"
        rf"(?:(?:its|their|an?|the|two|three|four)\s+)?(?:[a-z-]+\s+){{0,2}}{_SITE}\s+{_AT}{_THE}",
    ),
    _frame("LOCATED_IN", rf",\s+with\s+(?:an?\s+)?(?:[a-z-]+\s+)?{_SITE}\s+{_AT}"),
    _frame(
        "LOCATED_IN",
        r"\s+(?:makes?|builds?|produces?|manufactures?|assembles?|brews?|bakes?|roasts?|weaves?)\s+"
        rf"(?:(?!(?:and|which|that|who|to)\b)[\w’'-]+\s+){{1,5}}?{_IN}",
    ),
    _frame(
        "LOCATED_IN",
        rf"(?:,\s+which)?\s+(?:(?:employs|has)\s+[a-z0-9,.]+\s+people\s+and\s+)?"
        rf"(?:stands|lies|sits|is\s+located|is\s+situated)\s+{_AT}",
    ),
    _frame("LOCATED_IN", r"\s+\(", after=r"\)", sure=True),
    _frame("LOCATED_IN", rf"\s+in\s+{_THE}", before=_AT_WORK),
    _frame("LOCATED_IN", rf"\s+(?:in|at)\s+{_THE}", before=r"(?:^|[.;]\s+)(?:The\s+)?", after=_DOES),
)
SITES_OF: Final = (
    _frame("LOCATED_IN", rf"\s+{_SITE}\s+of\s+{_THE}", inverse=True),
    _frame(HOME, rf"\s+{_ADJ}{_KIND}(?:\s+called)?\s+", inverse=True),
    _frame(HOME, r"\s+(?:rival|competitor)\s+", inverse=True),
)
