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
    economist accountant banker broker trader investor entrepreneur businessman businesswoman industrialist financier
    magnate tycoon billionaire millionaire spokesman spokeswoman spokesperson administrator coordinator co-ordinator
    superintendent inspector officer official bureaucrat clerk assistant aide commander general colonel major captain
    lieutenant sergeant corporal admiral commodore brigadier marshal soldier pilot astronaut cosmonaut veteran warlord
    guerrilla militant dictator judge magistrate justice attorney attorney-general lawyer barrister solicitor prosecutor
    coroner sheriff detective constable professor lecturer teacher principal dean rector provost researcher scientist
    physicist chemist biologist mathematician astronomer geologist engineer inventor programmer developer architect
    designer historian philosopher psychologist sociologist anthropologist archaeologist linguist theologian
    statistician botanist zoologist meteorologist seismologist ecologist geographer naturalist virologist epidemiologist
    doctor physician surgeon nurse midwife dentist psychiatrist pharmacist veterinarian paramedic firefighter editor
    journalist reporter correspondent columnist broadcaster presenter anchor commentator critic publisher author writer
    novelist poet playwright dramatist screenwriter essayist biographer translator lyricist librettist songwriter
    singer-songwriter composer conductor musician pianist violinist cellist guitarist bassist drummer organist
    saxophonist trumpeter singer vocalist rapper soprano tenor baritone actor actress comedian dancer choreographer
    ballerina filmmaker producer co-producer cinematographer painter sculptor photographer illustrator cartoonist
    animator artist curator coach skipper goalkeeper striker midfielder defender winger forward fullback quarterback
    batsman bowler paceman wicketkeeper all-rounder umpire referee jockey trainer golfer cricketer footballer swimmer
    sprinter cyclist boxer wrestler runner sailor yachtsman rower gymnast skier skater triathlete champion bishop
    archbishop cardinal pope priest monk nun rabbi imam cleric pastor missionary evangelist saint vicar chaplain abbot
    activist campaigner organizer organiser unionist conservationist environmentalist farmer grazier miner carpenter
    explorer mountaineer navigator aviator fisherman chef restaurateur politician statesman revolutionary philanthropist
    nobleman aristocrat feminist suffragist abolitionist chairman-elect president-elect vice-president vice-chairman
    vice-captain vice-chancellor secretary-general director-general governor-general solicitor-general goalkicker
    trustee counsel councillor councilor juror postdoc locksmith harpist flautist oboist mezzo-soprano contralto
    countess count baron baroness viscount canon jumper palynologist entomologist mycologist trombonist undertaker
    watchmaker clockmaker baker brewer winemaker bookseller librarian archivist tailor blacksmith frontman bandleader
    stuntman sportswriter carver publican landlord landlady grocer butcher greengrocer executor registrar bursar
    headteacher mechanic vet driver guard anaesthetist surveyor liquidator foreman forewoman interpreter scaffolder
    welder plumber roofer joiner bricklayer mason steward porter fireman soloist blogger supervisor intern messenger
    investigator dealer host hooker doge earl marquess marchioness cllr receptionist bookkeeper gardener miller weaver
    potter glassblower bookbinder engraver printer typesetter chandler cooper sculptress seamstress optician
    paediatrician obstetrician actuary auditor bailiff magician ventriloquist docent hairdresser barber caterer
    climber ombudswoman alpinist cameraman camerawoman stewardess mystic reformer prefect
    brickmaker hotelier innkeeper shipowner shipbuilder landowner planter rancher horticulturist agronomist forester
    gamekeeper poacher trapper shepherd herdsman beekeeper fishmonger stonemason plasterer glazier farrier saddler
    cobbler milliner dressmaker couturier perfumer jeweller jeweler goldsmith silversmith upholsterer cutler tanner dyer
    preacher curate deacon deaconess verger sexton friar prior prioress chronicler annalist diarist memoirist
    pamphleteer lexicographer philologist egyptologist sinologist orientalist antiquary genealogist cryptographer
    logician topologist neuroscientist biochemist geneticist immunologist oncologist cardiologist neurologist
    radiologist pathologist dermatologist volcanologist glaciologist oceanographer hydrologist climatologist
    palaeontologist paleontologist ornithologist criminologist physiotherapist therapist lobbyist whistleblower pollster
    publicist stylist copywriter ghostwriter scriptwriter speechwriter showrunner film-maker moderator maintainer
    webmaster notary advocate recorder adjudicator arbitrator mediator paralegal jurist alderman alderwoman councilman
    councilwoman comptroller paymaster archduke archduchess margrave marquis marchesa marquise caliph khan shah maharaja
    maharani rajah pasha vizier regent pharaoh tsar czar tsarina chieftain cupbearer courtier chamberlain butler valet
    housekeeper cook governess nanny groom coachman chauffeur cabman watchman gatekeeper doorman janitor caretaker
    bodyguard gunman sniper bomber assassin forger smuggler pirate bandit outlaw pickpocket burglar highwayman brigand
    robber swindler spy batman legionnaire gunner bombardier midshipman boatswain bosun helmsman coxswain purser
    quartermaster stoker lamplighter signalman stationmaster postman postmaster postmistress telegraphist typist
    stenographer sub-editor copyeditor newsreader newscaster announcer scout guide ranger lifeguard linebacker lineman
    pitcher catcher outfielder shortstop infielder batter slugger wing-half full-back left-back right-back flanker
    fly-half scrum-half hurler thrower marksman archer fencer judoka weightlifter decathlete heptathlete hurdler
    marathoner snowboarder surfer canoeist kayaker playmaker centre-back accordionist bagpiper fiddler keyboardist
    percussionist clarinettist clarinetist bassoonist violist lutenist harpsichordist concertmaster kapellmeister cantor
    choirmaster impresario puppeteer juggler acrobat clown illusionist contortionist stage-manager gallerist printmaker
    lithographer etcher muralist calligrapher ceramicist restorer bookmaker exporter importer merchant shopkeeper draper
    haberdasher ironmonger tobacconist auctioneer pawnbroker moneylender stockbroker underwriter fundraiser hairstylist
    beautician masseur bartender barista sommelier waiter waitress dishwasher busker fitter machinist turner pipefitter
    boilermaker electrician foundryman lumberjack logger quarryman rigger docker stevedore longshoreman trucker
    dispatcher storekeeper warehouseman linesman postgraduate schoolteacher schoolmaster schoolmistress headmaster
    headmistress tutor instructor demonstrator reader proctor beadle examiner invigilator patrolman policeman
    policewoman warden jailer gaoler hangman executioner stonecutter shoemaker candlemaker boatbuilder shipwright
    wheelwright matron almoner orderly radiographer anesthetist anesthesiologist dietitian dietician nutritionist
    psychotherapist psychoanalyst chiropractor osteopath homeopath herbalist apothecary quizmaster compere deejay
    turntablist beatboxer vlogger youtuber influencer podcaster streamer patron witness agent
    """)
# They say what somebody is behind a noun: "cabinet maker", "security lead", "youth player".
COMPOUND: Final = _words(
    "maker lead player collector worker hand master grower builder breeder seller buyer cook smith laureate rider "
    "keeper"
)
# They say what somebody is to a work or to another person, where it is said whose.
OF_ANOTHER: Final = _words(
    "author co-author creator shareholder speaker partner supervisor landlord landlady deputy agent"
)
# Before a role they say which one it is.
KINDS: Final = _words("""
    prime foreign chief vice deputy senior federal assistant associate general executive financial technical
    technological industrial national international military special political social environmental legal medical former
    acting interim interior second third joint rotating managing operating commanding governing presiding founding
    honorary public private naval civil criminal clinical creative artistic musical literary scientific religious
    spiritual regional local municipal central principal top co retired ex defensive attacking fast opening offensive
    parliamentary congressional presidential ministerial judicial royal forensic nuclear night marine racing wine pastry
    personal theoretical experimental electrical mechanical digital classical sales operations communications systems
    customs arts sports head team club coup opposition consulting visiting emeritus lead permanent drilling
    rear corresponding regulatory maritime agricultural
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
