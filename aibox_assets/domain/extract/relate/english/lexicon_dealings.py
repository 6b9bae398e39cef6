"""What English says of companies that deal with each other, and of neighbours, over the marks of :mod:`marked`, for
:mod:`acts`."""

from __future__ import annotations

from typing import Final

from aibox_assets.domain.extract.relate.english.lexicon_acts import HIS
from aibox_assets.domain.extract.relate.english.lexicon_clauses import (
    KIND,
    MARKS,
    OFTEN,
    Clause,
    clause,
    ones,
    others,
    row,
)
from aibox_assets.domain.extract.relate.english.masks import ORGANIZATION, PLACE

_O: Final = row(ORGANIZATION)
_NOT_WHOSE: Final = r"(?!'s)"
_SOME: Final = rf"(?:{HIS}\s)?(?:(?!(?:from|and|but|who|which|that|to)\b)[^\s.,;:{MARKS}]+\s){{0,6}}?"
_ARE: Final = r"(?:is|are|was|were|remains?|has\sbeen|have\sbeen)"
_DEAL: Final = (
    r"(?:agreement|partnership|alliance|cooperation|collaboration|joint\sventure|"
    r"pact|memorandum(?:\sof\sunderstanding)?|tie-up)"
)
_SUPPLIES: Final = (
    # "buys its modems from"
    clause(
        "SUPPLIES",
        rf"\s{OFTEN}(?:buys?|bought|sources?|sourced|orders?|ordered|gets?|"
        rf"got|obtains?|procures?|procured|purchases?|purchased|imports?|"
        rf"imported|takes?|took\sdelivery\sof)\s(?!(?:part|over|up|rid)\b){_SOME}from{others(_O)}{_NOT_WHOSE}",
        inverse=True,
    ),
    # "is the sole source of brake units for"
    clause(
        "SUPPLIES",
        rf"\s(?:has\s(?:for\s[a-z]+\s)?been|{_ARE})\s(?:(?:the|an?|one\sof\sthe)"
        rf"\s)?(?:[a-z-]+\s){{0,3}}?(?:suppliers?|source|provider|vendors?)"
        rf"\s"
        rf"(?:(?:of\s{_SOME})?(?:for|to)|of){others(_O)}{_NOT_WHOSE}",
    ),
    # "delivers turbines to", "has shipped 40 pumps to"
    clause(
        "SUPPLIES",
        rf"\s{OFTEN}(?:supplied|supplies|delivered|delivers|shipped|ships)"
        rf"\s(?!(?:the\s)?(?:news|letter|speech|petition)\b){_SOME}to{others(_O)}{_NOT_WHOSE}",
    ),
    clause(
        "SUPPLIES",
        rf"\s{OFTEN}(?:won|landed|secured|received|clinched)\san?\s(?:[\w$€£.,-]+\s){{0,4}}?(?:order|"
        rf"contract)\s(?:[^.;,:\n{MARKS}]{{3,50}}\s)?from"
        rf"{others(_O)}{_NOT_WHOSE}",
    ),
    clause(
        "SUPPLIES",
        rf"\s{OFTEN}(?:placed|awarded|gave)\san?\s(?:[\w$€£.,-]+\s){{0,4}}?(?:order|"
        rf"contract)\s(?:[^.;,:\n{MARKS}]{{3,50}}\s)?(?:with|to)"
        rf"{others(_O)}{_NOT_WHOSE}",
        inverse=True,
    ),
    clause(
        "SUPPLIES",
        rf"(?:,|\s(?:is|are))\s(?:an?|the)\s(?:[a-z-]+\s){{0,3}}?(?:customers?|"
        rf"clients?|buyers?)\sof{others(_O)}{_NOT_WHOSE}",
        inverse=True,
    ),
    clause(
        "SUPPLIES",
        rf"\b(?:[Aa]mong\s(?:the\s)?)?(?:[Cc]ustomers|[Bb]uyers|[Cc]lients)"
        rf"\sof\s(?:the\s)?(?:{PLACE}-based\s)?(?P<ones>{ORGANIZATION})(?:'s\s[a-z\s]{{3,30}})?"
        rf"\s(?:include|are)"
        rf"{others(_O)}{_NOT_WHOSE}",
    ),
)
_RIVALS: Final = (
    clause(
        "COMPETES_WITH",
        rf"'s\s(?:[a-z-]+\s){{0,3}}?(?:arch-?)?(?:rivals?|competitors?),?{others(_O)}{_NOT_WHOSE}",
    ),
    clause(
        "COMPETES_WITH",
        rf"\s{OFTEN}(?:(?:takes?|took)\son|(?:faces?|faced|feels)\s(?:[a-z]+\s){{0,2}}?competition\sfrom|"
        rf"(?:is|are|was)\s(?:locked\sin\s[a-z\s]{{3,30}}|competing|vying|battling)\s(?:with|against)|"
        rf"(?:lost|loses|is\slosing|has\slost)\s(?:[a-z]+\s)?(?:ground|market\sshare|"
        rf"customers|share)\sto){others(_O)}{_NOT_WHOSE}",
    ),
    clause(
        "COMPETES_WITH",
        r"\s(?:have\s(?:long\s)?been\s|are\s|were\s)?(?:fighting|vying|"
        r"competing|battling|fight|compete|vie|fought)\s(?:for|over|with\seach\sother|"
        r"against\seach\sother|in)\b",
    ),
    clause(
        "COMPETES_WITH",
        r"\s(?:are|were|remain|have\slong\sbeen)\s(?!its|their|the)(?:[a-z-]+\s){0,2}?(?:arch-?)?"
        r"(?:rivals|competitors)\b",
    ),
    clause(
        "COMPETES_WITH",
        rf"\b[Cc]ompetition\sfrom{others(_O)}\shas\s[^.;,\n{MARKS}]{{3,40}}?\s(?P<ones>{_O}){_NOT_WHOSE}",
    ),
)
_PARTNERS: Final = (
    clause(
        "PARTNERS_WITH",
        rf"\s{OFTEN}(?:signed|struck|concluded|entered\sinto|agreed|announced|"
        rf"formed|renewed|sealed)\s(?:on\s)?(?:an?|the|{HIS})\s"
        rf"(?:[\w-]+\s){{0,3}}?{_DEAL}\swith{others()}{_NOT_WHOSE}",
    ),
    clause(
        "PARTNERS_WITH",
        rf"\s(?:has\s|have\s)?(?:teamed\sup|joined\sforces|partnered|tied\sup)\swith{others(_O)}",
    ),
    clause(
        "PARTNERS_WITH",
        rf"'s\s(?:(?!planned|proposed|failed)[\w-]+\s){{0,3}}?{_DEAL}\swith{others()}{_NOT_WHOSE}",
    ),
    clause(
        "PARTNERS_WITH",
        rf",?\s(?:together|jointly|in\s(?:partnership|cooperation|co-operation|"
        rf"collaboration|conjunction|association|tandem))\swith{others(_O)}{_NOT_WHOSE}",
    ),
    clause(
        "PARTNERS_WITH",
        rf"\s(?:have\s|had\s)?(?:signed|struck|concluded|announced|agreed|"
        rf"formed|entered\sinto|sealed)\s(?:on\s)?(?:an?|{HIS})\s(?:[\w-]+\s){{0,4}}?{_DEAL}\b",
    ),
    clause(
        "PARTNERS_WITH",
        rf"\b[Ii]n\san?\s(?:[a-z]+\s)?(?:tie-up|partnership|collaboration|"
        rf"joint\sventure|alliance)\swith{others(_O)},\s{ones(_O)}{_NOT_WHOSE}",
    ),
    clause("PARTNERS_WITH", rf"\b(?:[Tt]ogether|[Jj]ointly)\swith{others(_O)},\s{ones(_O)}{_NOT_WHOSE}"),
)
_HOLDINGS: Final = (
    clause(
        "SUBSIDIARY_OF",
        rf"\s(?:(?:all|both|now|today)\s)?(?:sits?|{_ARE}|come|comes|operates?|"
        rf"fall|falls|belongs?)\s(?:(?:all|both|now)\s)?under\sthe\s"
        rf"(?:roof|umbrella|wing)\sof{others(ORGANIZATION)}{_NOT_WHOSE}",
    ),
    clause(
        "SUBSIDIARY_OF",
        rf",\sin\swhich\s{KIND}(?P<others>{ORGANIZATION})\s(?:holds|owns|"
        rf"has)\s(?:all|the\smajority|a\smajority|a\scontrolling|"
        rf"[5-9]\d(?:\.\d+)?\s?(?:%|per\scent|percent))\b",
    ),
    clause(
        "SUBSIDIARY_OF",
        rf",\swhich\s(?:the\s)?(?P<others>{ORGANIZATION})\s(?:(?:fully|wholly)"
        rf"\s)?(?:owns|owned|controls|controlled)\b",
    ),
    clause(
        "SUBSIDIARY_OF",
        rf"\s{OFTEN}became\s(?:part|an?\s(?:[a-z-]+\s){{0,2}}?(?:unit|subsidiary|"
        rf"division|arm|brand))\sof{others(ORGANIZATION)}{_NOT_WHOSE}",
    ),
    clause(
        "SUBSIDIARY_OF",
        rf"\s{OFTEN}(?:spun|split|carved|hived)\s[^.;:,\n{MARKS}]{{0,40}}?(?:off|"
        rf"out)\s(?:[^.;:,\n{MARKS}]{{0,30}}\s)?as{others(ORGANIZATION)}{_NOT_WHOSE}",
        inverse=True,
    ),
    clause(
        "INVESTED_IN",
        rf"\s{OFTEN}(?:holds?|held|owns?|owned|has|bought|acquired|took)"
        rf"\s(?:(?:[\d.,]+|[a-z-]+)\s?(?:%|per\scent|percent)|half|a\s(?:third|"
        rf"quarter|fifth))"
        rf"\sof\s(?:the\s)?(?:shares|stock|equity|voting\sstock|capital)\s(?:in|of){others(ORGANIZATION)}{_NOT_WHOSE}",
    ),
    clause(
        "INVESTED_IN",
        rf"\s{OFTEN}(?:sold|sells|cut|reduced|raised|increased|trimmed|doubled|"
        rf"upped|lifted|halved)\s{HIS}\s(?:[\w.%-]+\s){{0,3}}?"
        rf"(?:stakes?|holdings?|shareholdings?|interest|shares)\s(?:in|of){others(ORGANIZATION)}{_NOT_WHOSE}",
    ),
    clause(
        "INVESTED_IN",
        rf"\s{OFTEN}(?:put|poured|invested|sank)\s(?:[\w.,$€£]+\s){{1,4}}?(?:into|"
        rf"in)\s{KIND}(?P<others>{ORGANIZATION}){_NOT_WHOSE}",
    ),
)
_SEATS: Final = (
    clause(
        "HEADQUARTERED_IN",
        rf"\s{OFTEN}(?:moved|moves|shifted|transferred|relocated)\s{HIS}\s(?:[a-z]+\s)?"
        rf"(?:headquarters|seat|head\soffice)\s"
        rf"(?:from\s{PLACE}(?:,\s{PLACE})?,?\s)?to\s(?P<others>{PLACE})",
    ),
)
_FUNDED: Final = (
    clause(
        "INVESTED_IN",
        rf"\bled\sby\s{KIND}(?P<ones>{ORGANIZATION})\s(?:(?:has|have)\s)?"
        rf"(?:put|poured|invested)\s(?:[\w.,$€£]+\s){{1,4}}?(?:into|in)\s{KIND}"
        rf"(?P<others>{ORGANIZATION}){_NOT_WHOSE}",
    ),
)
_NEARNESS: Final = (
    clause(
        "NEAR",
        rf",?\s(?:(?:is|are|lies|lay|lying|stands|sits|situated|located|"
        rf"was)\s)?(?:an?\s(?:[a-z-]+\s){{1,3}})?(?:[a-z]+\s)?"
        rf"(?:(?:very\s)?close\sto|not\sfar\sfrom|next\s(?:door\s)?to|adjacent\sto|"
        rf"adjoining|bordering|neighbouring|within\ssight\sof|"
        rf"within\swalking\sdistance\sof|an?\s(?:stone's\sthrow|short\s(?:walk|"
        rf"drive|ride)|few\s(?:miles|kilometres|minutes))\sfrom|"
        rf"(?:just|right)\soutside|in\sthe\svicinity\sof)\s(?:the\s(?:[a-z]+\s)?"
        rf"(?:town|city|village|port|border)\s(?:of|with)\s|the\s)?"
        rf"(?P<others>{PLACE}){_NOT_WHOSE}",
    ),
    clause(
        "NEAR",
        rf"\s(?:borders(?:\son)?|adjoins|abuts|neighbours)\s(?:the\s)?(?P<others>{PLACE}(?:,\s{PLACE})*(?:,?\sand\s{PLACE})?"
        rf"){_NOT_WHOSE}",
    ),
    clause("NEAR", rf"\sand\sits\s(?:[a-z]+\s)?neighbour,?\s(?P<others>{PLACE})"),
)
DEALINGS: Final[tuple[Clause, ...]] = (
    *_SUPPLIES,
    *_RIVALS,
    *_PARTNERS,
    *_HOLDINGS,
    *_FUNDED,
    *_SEATS,
    *_NEARNESS,
)
