"""Word lists for roles in English: what people are, and which words belong to what they are."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Each says of a person what they are, and hardly ever anything else.
ROLES: Final = _words("""
    president minister premier chancellor king queen prince princess emperor empress sultan emir sheikh duke duchess
    governor mayor senator congressman congresswoman representative deputy lawmaker legislator backbencher mp mep
    secretary treasurer speaker whip commissioner ombudsman ambassador envoy diplomat consul negotiator delegate
    chairman chairwoman chairperson chair ceo cfo cto coo executive director manager chief head boss leader founder
    co-founder cofounder owner co-owner proprietor shareholder partner adviser advisor consultant analyst strategist
    economist accountant banker broker trader investor entrepreneur businessman businesswoman industrialist
    financier magnate tycoon billionaire millionaire spokesman spokeswoman spokesperson administrator coordinator
    co-ordinator superintendent inspector officer official bureaucrat clerk assistant aide commander general colonel
    major captain lieutenant sergeant corporal admiral commodore brigadier marshal soldier pilot astronaut cosmonaut
    veteran warlord guerrilla militant dictator judge magistrate justice attorney attorney-general lawyer barrister
    solicitor prosecutor coroner sheriff detective constable professor lecturer teacher principal dean rector
    provost researcher scientist physicist chemist biologist mathematician astronomer geologist engineer inventor
    programmer developer architect designer historian philosopher psychologist sociologist anthropologist
    archaeologist linguist theologian statistician botanist zoologist meteorologist seismologist ecologist
    geographer naturalist virologist epidemiologist doctor physician surgeon nurse midwife dentist psychiatrist
    pharmacist veterinarian paramedic firefighter editor journalist reporter correspondent columnist broadcaster
    presenter anchor commentator critic publisher author writer novelist poet playwright dramatist screenwriter
    essayist biographer translator lyricist librettist songwriter singer-songwriter composer conductor musician
    pianist violinist cellist guitarist bassist drummer organist saxophonist trumpeter singer vocalist rapper
    soprano tenor baritone actor actress comedian dancer choreographer ballerina filmmaker producer co-producer
    cinematographer painter sculptor photographer illustrator cartoonist animator artist curator coach skipper
    goalkeeper striker midfielder defender winger forward fullback quarterback batsman bowler paceman wicketkeeper
    all-rounder umpire referee jockey trainer golfer cricketer footballer swimmer sprinter cyclist boxer wrestler
    runner sailor yachtsman rower gymnast skier skater triathlete champion bishop archbishop cardinal pope priest
    monk nun rabbi imam cleric pastor missionary evangelist saint vicar chaplain abbot activist campaigner organizer
    organiser unionist conservationist environmentalist farmer grazier miner carpenter explorer mountaineer
    navigator aviator farmer fisherman chef restaurateur politician statesman revolutionary philanthropist
    nobleman aristocrat feminist suffragist abolitionist chairman-elect president-elect vice-president vice-chairman
    vice-captain vice-chancellor secretary-general director-general governor-general solicitor-general goalkicker
    trustee counsel councillor councilor juror postdoc locksmith harpist flautist oboist mezzo-soprano contralto
    countess count baron baroness duchess viscount canon aviator jumper palynologist entomologist mycologist trombonist
    undertaker watchmaker clockmaker baker brewer winemaker bookseller librarian archivist tailor blacksmith
    cofounder frontman bandleader stuntman sportswriter
    carver publican landlord landlady grocer butcher greengrocer executor registrar bursar headteacher proprietor
    mechanic vet driver guard anaesthetist surveyor liquidator foreman forewoman interpreter scaffolder welder plumber
    roofer joiner bricklayer mason steward porter fireman soloist blogger supervisor intern messenger investigator
    dealer host hooker doge earl marquess marchioness cllr receptionist bookkeeper gardener miller weaver potter
    glassblower bookbinder engraver printer typesetter chandler cooper sculptress seamstress optician paediatrician
    obstetrician actuary auditor bailiff magician ventriloquist docent hairdresser barber caterer brickmaker
    """)
# They say what somebody is behind a noun: "cabinet maker", "security lead", "youth player".
COMPOUND: Final = _words("maker lead player collector worker hand master grower builder breeder seller")
# Before a role they say which one it is.
KINDS: Final = _words("""
    prime foreign chief vice deputy senior federal assistant associate general executive financial technical
    technological industrial national international military special political social environmental legal medical
    former acting interim managing operating commanding governing presiding founding honorary public private naval
    civil criminal clinical creative artistic musical literary technical scientific religious spiritual regional
    local municipal central principal top joint co retired ex defensive attacking fast opening offensive
    parliamentary congressional presidential ministerial judicial royal forensic nuclear theoretical experimental
    electrical mechanical digital classical sales operations communications systems customs arts sports
    """)
# Of a role that is told in two words or more; the other one may stand alone (President General Musharraf).
TITLES: Final = _words(
    "president spokesman spokeswoman king queen pope prince professor dr judge senator archbishop"
)
# Not yet, or not really.
UNREAL: Final = _words(
    "be alleged suspected styled proclaimed aspiring potential possible prospective "
    "next future fellow fictional supposed unknown another no not"
)
