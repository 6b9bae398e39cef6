"""What English says between the names of people, and of people and what is theirs, for :mod:`frames`."""

from __future__ import annotations

import re
from typing import Final

from aibox_assets.domain.extract.relate.english.frame import frame as _frame

_KIN: Final = (
    r"(?:child|son|daughter|brother|sister|father|mother|uncle|aunt|nephew|niece|cousin|"
    r"grandson|granddaughter|grandfather|"
    r"grandmother|great-(?:niece|nephew|grandson|granddaughter|aunt|uncle))"
)


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
SIBLINGS: Final = re.compile(
    r"(?:\b(?:cousins|brothers|sisters|siblings|twins|sons|daughters|children)|(?:^|"
    r"[.!?]\s)(?:Cousins|Brothers|Sisters|Twins))"
    r"(?:\s+and\s+(?:[a-z]+\s+)?[a-z]+)?,?\s+$"
)
