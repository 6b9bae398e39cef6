"""Verbs by which English says who did what to whom, also of several words ("throw one's weight behind"), for
the constructions of :mod:`lexicon_clauses`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.extract.relate.english.masks import ORGANIZATION, PERSON

_POST: Final = (
    r"(?:minister|president|chair(?:man|woman|person)?|chief|director|"
    r"head|secretary|ambassador|judge|governor|commissioner|captain|"
    r"coach|manager|bishop|archbishop|dean|rector|editor|envoy|speaker|"
    r"leader|premier|chancellor|treasurer|executive|board|ceo|"
    r"cabinet|court|post|representative|ombuds(?:man|woman)|prosecutor|"
    r"marshal|commander|conductor|curator|regent|consul)"
)
HIS: Final = rf"(?:his|her|its|their|[{PERSON}{ORGANIZATION}]'s)"
"""Pronouns, which are marked where it is known whom they mean."""
NEVER: Final = r"(?!)"


@dataclass(frozen=True, slots=True)
class Verb:
    """:ivar does: the forms of a clause's verb. :ivar done: of a passive. :ivar doing: those with -ing.
    :ivar then: what must stand behind whom it is done to. :ivar inverse: its subject is the relation's tail."""

    relation: str
    does: str = NEVER
    done: str = ""
    doing: str = ""
    then: str = ""
    inverse: bool = False


_BEAT: Final = (
    r"outplayed|outclassed|outpointed|outscored|outlasted|outwitted|thumped|hammered|trounced|routed|downed|toppled|"
    r"dispatched|ousted|unseated|edged\s(?:out|past)|pipped|humbled|thrashed|crushed|whitewashed|eliminated|"
    r"vanquished|defeated|overpowered|overwhelmed|bested|outfought|dethroned"
)
VERBS: Final = (
    Verb(
        "DEFEATED",
        does=rf"{_BEAT}|beats?|saw\soff|put\sout|swept\s(?:past|aside)|eased\spast|squeezed\spast|cruised\spast|"
        r"disposed\sof|(?:prevailed|triumphed)\s(?:over|against)|g[eo]ts?\sthe\sbetter\sof|"
        r"(?:came|comes)\sfrom\s(?:behind|[a-z]+\s(?:goals?|sets?|points)\sdown)\sto\s(?:beat|sink|defeat)|"
        r"(?:was|were|proved|is|are)\stoo\s(?:strong|good|quick|fast|much)\sfor|"
        r"won\s(?:\d+[-–]\d+\s|by\s[^.,;\n]{3,30}\s)?(?:against|over)|made\s(?:short|light)\swork\sof",
        done=rf"{_BEAT}|beaten|knocked\sout|put\sout|swept\saside|dumped\sout|bundled\sout|overcome",
        doing=r"beating|defeating|eliminating|overcoming|thrashing|ousting|edging(?:\s(?:out|past))?|unseating",
    ),
    Verb(
        "DEFEATED",
        does=r"(?:(?:had\s)?lost|loses?|went\sdown|succumbed|bowed\sout)\s(?:\d+[-–]\d+\s|"
        r"on\spenalties\s|at\shome\s|heavily\s|narrowly\s|"
        r"again\s){0,2}to|(?:was|were)\sno\smatch\sfor|fell\s\d+[-–]\d+\sto|came\sunstuck\sagainst",
        doing=r"losing\s(?:\d+[-–]\d+\s)?to",
        inverse=True,
    ),
    Verb(
        "PLAYED_AGAINST",
        does=r"(?:drew|draws?)\s(?:\d+[-–]\d+\s)?(?:with|against)|(?:split|shared)\sthe\spoints?\swith|plays?\sagainst|"
        r"played\s(?:against|out\sa\sdraw\swith)|(?:was|were)\sheld\s(?:to\sa\s(?:\d+[-–]\d+\s)?"
        r"draw\s)?by|faced\soff\sagainst",
        doing=r"drawing\s(?:\d+[-–]\d+\s)?with",
    ),
    Verb(
        "MET_WITH",
        does=r"(?:met(?:\sup)?|sat\sdown|conferred|huddled|dined|lunched|breakfasted|"
        r"consulted|compared\snotes|shook\shands|"
        r"(?:had|shared)\s(?:an?\s)?(?:[a-z]+\s)?(?:lunch|dinner|breakfast|"
        r"coffee|tea|drink|meal|meeting|talks|audience)|"
        r"(?:was|were|is|are)\sin\stalks|held\s(?:[a-z-]+\s){0,2}(?:talks|"
        r"discussions|consultations)|came\sface\sto\sface)\swith|"
        r"paid\sa\s(?:[a-z]+\s)?(?:visit|call)\s(?:to|on)|sat\sacross\s(?:the\stable\s)?from|received|receives|"
        r"(?:received|receives|met|meets|welcomed|hosted)\s(?:an?|the)\s(?:delegation|"
        r"delegates|envoys|representatives|ministers?|leaders?|"
        r"president)\s(?:from|of)",
        done=r"(?:received|welcomed|greeted)(?!\s(?:as|with)\b)",
        doing=r"meeting(?:\swith)?",
    ),
    Verb(
        "SPOKE_TO",
        does=r"rang|phoned|telephoned|texted|emailed|e-mailed|messaged|cabled|briefed|notified|wrote\s(?:back\s)?to|"
        r"(?:spoke|speaks|talked)\s(?:by\s(?:tele)?phone\s|on\sthe\sphone\s)?(?:to|with)|confided\s(?:to|in)|"
        r"(?:explained|admitted|confirmed|complained|reported)\sto|gave\san?\s(?:[a-z]+\s)?interview\sto",
        doing=r"speaking\s(?:to|with)|talking\sto",
    ),
    Verb("SPOKE_TO", does=r"interviewed|interviews", done=r"interviewed", inverse=True),
    Verb(
        "SPOKE_TO",
        does=r"(?:(?:had|has)\s)?(?:[a-z]+\s)?heard\sfrom|(?:answered|took)\squestions\sfrom",
        inverse=True,
    ),
    Verb(
        "ATTACKED",
        does=r"stormed|raided|shelled|bombarded|invaded|besieged|ambushed|"
        r"pillaged|ransacked|torpedoed|mugged|assaulted|"
        r"(?:opened\sfire|fired|marched|advanced)\son|shot\sat|laid\ssiege\sto|set\supon|"
        r"(?:launched|mounted|carried\sout|made)\s(?:[a-z-]+\s){0,4}(?:attacks?|"
        r"raids?|assaults?|offensives?|strikes?|air\s?strikes|"
        r"missiles?|rockets?|drones?)\s(?:on|against|at)|fired\s(?:[a-z-]+\s){0,4}(?:missiles?|"
        r"rockets?|shots?|shells?|drones?)\s"
        r"(?:on|at|into|towards?)",
        done=r"attacked|stormed|raided|shelled|bombed|bombarded|invaded|besieged|"
        r"ambushed|harried|assaulted|mugged|set\supon|"
        r"shot\sat|hit|struck",
        doing=r"storming|raiding|shelling|bombarding|invading|besieging|attacking|bombing",
    ),
    Verb(
        "ATTACKED",
        does=r"(?:came|was|were)\sunder\s(?:attack|shellfire|bombardment)\s(?:from|by)",
        inverse=True,
    ),
    Verb(
        "ACCUSED",
        does=r"(?:is|are|was|were)\ssuing|sued|sues|(?:file[sd]?|brought|lodged|"
        r"launched|won|dropped|has\sdropped)\s(?:an?|[a-z]+)\s(?:[a-z-]+\s){0,3}"
        r"(?:suit|lawsuit|complaint|charges|case|claim|action|libel\ssuit)\sagainst|pressed\scharges\sagainst|"
        r"pointed\s(?:the|an?)\sfinger\sat|(?:laid|puts?|placed)\sthe\sblame\s(?:on|at\sthe\sdoor\sof)|blames|blamed|"
        r"testified\sagainst",
        done=r"sued|accused|charged|indicted|blamed|taken\sto\scourt|reported\sto\sthe\spolice",
        doing=r"suing|accusing|blaming",
    ),
    Verb(
        "ACCUSED",
        does=r"holds?|held",
        then=r"\s(?:[a-z]+ly\s)?(?:responsible|accountable|liable|to\sblame)\b",
    ),
    Verb("ACCUSED", does=r"took|takes|has\staken", then=r"\sto\s(?:court|the\s[a-z]+\scourt)\b"),
    Verb(
        "CRITICIZED",
        does=r"lambasted|berated|castigated|chided|scolded|rebuked|decried|ridiculed|"
        r"mocked|upbraided|admonished|pilloried|"
        r"(?:lashed|hit)\sout\sat|(?:hits|lashes)\sout\sat|railed\sagainst|"
        r"spoke\sout\sagainst|took\s(?:aim|a\sswipe)\sat|"
        r"took\sissue\swith|found\sfault\swith|(?:was|were|is|are)\s(?:sharply\s|"
        r"highly\s)?critical\sof|poured\s(?:scorn|cold\swater)\son|"
        r"had\s(?:harsh|sharp|hard)\swords\sfor|tore\sinto",
        done=r"criticised|criticized|condemned|denounced|lambasted|berated|castigated|"
        r"chided|scolded|rebuked|slammed|mocked|ridiculed",
        doing=r"criticising|criticizing|condemning|denouncing|taking\saim\sat",
    ),
    Verb("CRITICIZED", does=r"took|takes", then=r"\sto\stask\b"),
    Verb(
        "CRITICIZED",
        does=r"(?:came|was|were|is)\sunder\s(?:fire|criticism)\sfrom|drew\s(?:[a-z]+\s)?"
        r"(?:criticism|fire|rebukes?)\sfrom",
        inverse=True,
    ),
    Verb(
        "SUPPORTED",
        does=r"(?:came|comes|has\scome)\sout\s(?:strongly\s)?(?:in\s(?:favou?r|"
        r"support)\sof|for)|spoke\sup\sfor|stood\s(?:up\sfor|by|behind)"
        r"|"
        rf"stands\s(?:by|behind)|(?:threw|put|has\sthrown)\s{HIS}\s(?:full\s)?(?:weight|support)\sbehind|"
        rf"(?:lent|gave|pledged|offered|promised)\s{HIS}\s(?:full\s)?(?:support|"
        rf"backing|blessing)\sto|sided\swith|voted\sfor|endorsed|"
        r"endorses|ha[ds]\s(?:kind|warm|only\spraise|nothing\sbut\spraise)"
        r"\s?(?:words\s)?for|paid\stribute\sto|pays\stribute\sto|"
        r"(?:came|sprang|rushed|leapt)\sto\sthe\s(?:defen[cs]e|aid|rescue)"
        r"\sof|vouched\sfor|campaigned\sfor|rallied\s(?:behind|around|to)"
        r"|"
        r"commended|lauded|congratulated|thanked|praised|hailed|applauded|took\sthe\sside\sof",
        done=r"supported|praised|endorsed|defended|thanked|congratulated|commended|applauded|lauded|hailed|seconded",
        doing=r"supporting|praising|endorsing|defending|thanking|congratulating",
    ),
    Verb(
        "SUPPORTED",
        does=r"(?:enjoys?|won|has|had|received)\sthe\s(?:full\s)?(?:support|backing|endorsement)\sof",
        inverse=True,
    ),
    Verb(
        "URGED",
        does=r"(?:urged|urges|implored|begged|exhorted|pressed|pushed|lobbied|"
        r"instructed|entreated|petitioned|beseeched|ordered|"
        r"warned|warns|called\s(?:on|upon)|calls\s(?:on|upon)|appealed\sto|appeals\sto|pleaded\swith)",
        done=r"urged|implored|exhorted|warned|lobbied|begged|instructed",
        doing=r"urging|warning|calling\son|appealing\sto",
        then=r"(?=,|\s(?:to|not|by|over|against|about|that|for|yesterday|on|in|and)\b)",
    ),
    Verb("URGED", does=r"(?:asked|asks|told|tells|got)", then=r"\s(?:not\s)?to\s(?!be\b)[a-z]"),
    Verb(
        "ARRESTED",
        does=r"arrested|detained|apprehended|rounded\sup|nabbed|picked\sup|seized|captured|jailed|imprisoned",
        done=r"arrested|detained|apprehended|captured|jailed|imprisoned|seized|"
        r"picked\sup|taken\s(?:into\scustody|prisoner|captive)",
        doing=r"arresting|detaining|capturing",
    ),
    Verb("ARRESTED", does=r"took|takes", then=r"\s(?:into\scustody|prisoner|captive)\b"),
    Verb("ARRESTED", does=r"(?:put|placed)", then=r"\s(?:under\s(?:house\s)?arrest|behind\sbars)\b"),
    Verb(
        "KILLED",
        does=r"(?:murdered|assassinated|poisoned|strangled|beheaded|executed|"
        r"slew|gunned\sdown|shot\sdead|stabbed\sto\sdeath|"
        r"beat\sto\sdeath|killed|took\sthe\slife\sof)",
        done=r"(?:murdered|assassinated|poisoned|strangled|beheaded|executed|"
        r"slain|gunned\sdown|shot\sdead|stabbed\sto\sdeath|"
        r"beaten\sto\sdeath|killed)",
        doing=r"murdering|killing|assassinating",
    ),
    Verb(
        "KILLED",
        does=r"(?:was|were|has\sbeen)\s(?:found\sguilty|convicted)\sof\s(?:the\s)?"
        r"(?:murder(?:ing)?|manslaughter|killing)(?:\sof)?",
    ),
    Verb(
        "KILLED",
        does=r"died\s(?:[^.,;:\n]{3,30}\s)?at\sthe\shands\sof|fell\sto\sthe\ssword\sof",
        inverse=True,
    ),
    Verb(
        "SUCCEEDED",
        does=r"(?:has\s|had\s)?(?:takes\sover|took\sover|taken\sover)\sfrom|"
        r"stepp?(?:ed|s)\sinto\sthe\s(?:shoes|role)\sof|"
        r"followed|follows",
        done=r"(?:succeeded|replaced|followed)(?:\s(?:at|as|in)\s[^.;\n]{3,50}?)?",
        then=r"(?!\s(?:home|to|out|into|on)\b)",
    ),
    Verb(
        "SUCCEEDED",
        does=rf"made\sway\sfor|gave\sway\sto|handed\s(?:over\s|the\s(?:reins|"
        rf"baton|armband|keys|post|job)\s)to|handed\s{HIS}\s[a-z]+\sto",
        inverse=True,
    ),
    Verb(
        "APPOINTED",
        does=r"(?:named|appointed|nominated|installed|picked|chose|tapped|elected|"
        r"re-elected|reappointed|made|swore\sin)",
        then=rf"(?=\s(?:as|to\sbe)\s|,?\s(?:(?:to|for|its|their|his|her|the|an?|"
        rf"new|next|first)\s){{0,3}}(?:[a-z-]+\s){{0,2}}?{_POST}\b)",
    ),
    Verb(
        "APPOINTED",
        done=r"(?:named|appointed|nominated|elected|re-elected|reappointed|put\sforward|"
        r"proposed)(?:\s[^.,;\n]{3,50}?)?",
    ),
    Verb("APPOINTED", does=r"(?:have|has|had)?\s?turned\sto", then=r"\sas\b"),
    Verb(
        "LEFT",
        does=r"(?:walked|pulled|bowed)\sout\sof|quit|quits|(?:parted|parts)\s(?:company|"
        r"ways)\swith|broke\swith|defected\sfrom|"
        r"withdrew\sfrom|withdrawn\sfrom|seceded\sfrom|(?:is|are)\s(?:retiring|withdrawing)\sfrom|departed(?:\sfrom)?|"
        r"(?:(?:handed|sent)\sin|tendered|submitted|announced)\s"
        rf"{HIS}\sresignation\s(?:as\s(?:[a-z-]+\s){{1,4}})?(?:from|of|at|to|"
        r"with)|"
        r"(?:resigned|stepped\sdown|stood\sdown|retired|retires)\s(?:as\s(?:[a-z-]+\s){1,4}(?:of|at|with)|from)|"
        rf"(?:gave\sup|vacated|resigned|quit|left)\s{HIS}\s(?:post|"
        r"seat|job|position|chair|place)\s(?:as\s(?:[a-z-]+\s){1,4})?(?:at|"
        r"of|with|in|on)|"
        r"no\slonger\sworks?\s(?:for|at)|was\s(?:sacked|dismissed|fired|"
        r"ousted|laid\soff|let\sgo|expelled|released)\s(?:by|from)",
        doing=r"leaving|quitting|resigning\sfrom|walking\sout\sof|retiring\sfrom|withdrawing\sfrom",
        then=r"(?!'s)",
    ),
    Verb(
        "REPRESENTS",
        does=r"(?:acted|acts|appeared|appears|pleaded|pleads)\sfor|(?:is|was|are|were)\s(?:acting|appearing)\sfor|"
        r"(?:is|was|are)\s(?:the\s|an?\s)?(?:[a-z]+\s)?(?:lawyers?|counsel|"
        r"attorneys?|agent|barrister|solicitors?|advocate)\s(?:for|of)|"
        r"represented|represents",
        done=r"represented|defended\sin\scourt",
        doing=r"acting\sfor|representing|appearing\sfor",
    ),
)
