"""Countries and their states, by which "Austin, Texas" is told from "Paris, London"."""

from __future__ import annotations

import re
from typing import Final


def _names(text: str) -> frozenset[str]:
    return frozenset(" ".join(name.split()) for name in text.split(","))


COUNTRIES: Final = _names("""
    Afghanistan, Albania, Algeria, Angola, Argentina, Armenia, Australia, Austria, Azerbaijan, Bahrain,
    Bangladesh, Belarus, Belgium, Belize, Benin, Bhutan, Bolivia, Bosnia, Botswana, Brazil, Brunei, Bulgaria,
    Burkina Faso, Burma, Burundi, Cambodia, Cameroon, Canada, Chad, Chile, China, Colombia, Congo, Costa Rica,
    Croatia, Cuba, Cyprus, Czech Republic, Denmark, Djibouti, Dominican Republic, East Timor, Ecuador, Egypt, El
    Salvador, England, Eritrea, Estonia, Ethiopia, Fiji, Finland, France, Gabon, Gambia, Georgia, Germany,
    Ghana, Great Britain, Greece, Grenada, Guatemala, Guinea, Guyana, Haiti, Honduras, Hong Kong, Hungary,
    Iceland, India, Indonesia, Iran, Iraq, Ireland, Israel, Italy, Ivory Coast, Jamaica, Japan, Jordan,
    Kazakhstan, Kenya, Kiribati, Kosovo, Kuwait, Kyrgyzstan, Laos, Latvia, Lebanon, Lesotho, Liberia, Libya,
    Lithuania, Luxembourg, Macau, Macedonia, Madagascar, Malawi, Malaysia, Maldives, Mali, Malta, Mauritania,
    Mauritius, Mexico, Moldova, Monaco, Mongolia, Montenegro, Morocco, Mozambique, Myanmar, Namibia, Nauru,
    Nepal, Netherlands, New Zealand, Nicaragua, Niger, Nigeria, North Korea, Northern Ireland, Norway, Oman,
    Pakistan, Palestine, Panama, Papua New Guinea, Paraguay, Peru, Philippines, Poland, Portugal, Puerto Rico,
    Qatar, Romania, Russia, Rwanda, Samoa, Saudi Arabia, Scotland, Senegal, Serbia, Sierra Leone, Singapore,
    Slovakia, Slovenia, Solomon Islands, Somalia, South Africa, South Korea, Spain, Sri Lanka, Sudan, Suriname,
    Swaziland, Sweden, Switzerland, Syria, Taiwan, Tajikistan, Tanzania, Thailand, Togo, Tonga, Trinidad and
    Tobago, Tunisia, Turkey, Turkmenistan, Tuvalu, UAE, Uganda, UK, Ukraine, United Arab Emirates, United
    Kingdom, United States, Uruguay, US, USA, U.S., U.S.A., Uzbekistan, Vanuatu, Venezuela, Vietnam, Wales, West
    Germany, Yemen, Yugoslavia, Zambia, Zimbabwe""")
STATES: Final = _names("""
    Alabama, Alaska, Arizona, Arkansas, California, Colorado, Connecticut, Delaware, Florida, Georgia, Hawaii,
    Idaho, Illinois, Indiana, Iowa, Kansas, Kentucky, Louisiana, Maine, Maryland, Massachusetts, Michigan,
    Minnesota, Mississippi, Missouri, Montana, Nebraska, Nevada, New Hampshire, New Jersey, New Mexico, New
    York, North Carolina, North Dakota, Ohio, Oklahoma, Oregon, Pennsylvania, Rhode Island, South Carolina,
    South Dakota, Tennessee, Texas, Utah, Vermont, Virginia, Washington, West Virginia, Wisconsin, Wyoming,
    D.C., DC, Ala., Ariz., Ark., Calif., Colo., Conn., Del., Fla., Ga., Ill., Ind., Kan., Ky., La., Md., Mass.,
    Mich., Minn., Miss., Mo., Mont., Neb., Nev., N.H., N.J., N.M., N.Y., N.C., N.D., Okla., Ore., Pa., R.I.,
    S.C., S.D., Tenn., Tex., Vt., Va., Wash., W.Va., Wis., Wyo., New South Wales, NSW, Queensland, Victoria,
    Tasmania, South Australia, Western Australia, Northern Territory,
    Australian Capital Territory, Alberta, British Columbia, Manitoba, New
    Brunswick, Newfoundland, Nova Scotia, Ontario, Quebec, Saskatchewan, Bavaria, Saxony, Hesse, Lower Saxony,
    Baden-Württemberg, Catalonia, Andalusia, Tuscany, Lombardy, Sicily, Punjab, Gujarat, Kerala, Maharashtra,
    Tamil Nadu, Karnataka, Guangdong, Sichuan, Zhejiang, Jiangsu, Hokkaido""")
ADJECTIVES: Final = {
    "Afghan": "Afghanistan", "Albanian": "Albania", "Algerian": "Algeria", "American": "United States",
    "Argentine": "Argentina", "Argentinian": "Argentina", "Armenian": "Armenia", "Australian": "Australia",
    "Austrian": "Austria", "Bangladeshi": "Bangladesh", "Belgian": "Belgium", "Bolivian": "Bolivia",
    "Bosnian": "Bosnia", "Brazilian": "Brazil", "British": "Britain", "Bulgarian": "Bulgaria", "Burmese": "Burma",
    "Cambodian": "Cambodia", "Canadian": "Canada", "Chechen": "Chechnya", "Chilean": "Chile", "Chinese": "China",
    "Colombian": "Colombia", "Croatian": "Croatia", "Cuban": "Cuba", "Czech": "Czech Republic", "Danish": "Denmark",
    "Dutch": "Netherlands", "Egyptian": "Egypt", "English": "England", "Estonian": "Estonia",
    "Ethiopian": "Ethiopia", "Fijian": "Fiji", "Finnish": "Finland", "French": "France", "Georgian": "Georgia",
    "German": "Germany", "Greek": "Greece", "Haitian": "Haiti", "Hungarian": "Hungary", "Icelandic": "Iceland",
    "Indian": "India", "Indonesian": "Indonesia", "Iranian": "Iran", "Iraqi": "Iraq", "Irish": "Ireland",
    "Israeli": "Israel", "Italian": "Italy", "Jamaican": "Jamaica", "Japanese": "Japan", "Jordanian": "Jordan",
    "Kashmiri": "Kashmir", "Kenyan": "Kenya", "Kuwaiti": "Kuwait", "Latvian": "Latvia", "Lebanese": "Lebanon",
    "Libyan": "Libya", "Lithuanian": "Lithuania", "Malaysian": "Malaysia", "Mexican": "Mexico",
    "Moroccan": "Morocco", "Nepalese": "Nepal", "Nicaraguan": "Nicaragua", "Nigerian": "Nigeria",
    "Norwegian": "Norway", "Pakistani": "Pakistan", "Palestinian": "Palestine", "Panamanian": "Panama",
    "Peruvian": "Peru", "Philippine": "Philippines", "Polish": "Poland", "Portuguese": "Portugal",
    "Romanian": "Romania", "Russian": "Russia", "Rwandan": "Rwanda", "Saudi": "Saudi Arabia",
    "Scottish": "Scotland", "Serbian": "Serbia", "Singaporean": "Singapore", "Slovak": "Slovakia",
    "Somali": "Somalia", "South African": "South Africa", "South Korean": "South Korea",
    "North Korean": "North Korea", "Soviet": "Soviet Union", "Spanish": "Spain", "Sri Lankan": "Sri Lanka",
    "Sudanese": "Sudan", "Swedish": "Sweden", "Swiss": "Switzerland", "Syrian": "Syria", "Taiwanese": "Taiwan",
    "Tanzanian": "Tanzania", "Thai": "Thailand", "Tunisian": "Tunisia", "Turkish": "Turkey", "Ukrainian": "Ukraine",
    "Venezuelan": "Venezuela", "Victorian": "Victoria", "Vietnamese": "Vietnam", "Welsh": "Wales",
    "Yemeni": "Yemen", "Yugoslav": "Yugoslavia", "Zambian": "Zambia", "Zimbabwean": "Zimbabwe",
    "European": "Europe", "African": "Africa", "Asian": "Asia",
}  # fmt: skip
"""And what each means."""
_CITIES: Final = {
    "Kabul": "Afghanistan", "Kandahar": "Afghanistan", "Buenos Aires": "Argentina", "Sydney": "Australia",
    "Melbourne": "Australia", "Brisbane": "Australia", "Perth": "Australia", "Adelaide": "Australia",
    "Canberra": "Australia", "Hobart": "Australia", "Darwin": "Australia", "Vienna": "Austria",
    "Brussels": "Belgium", "Antwerp": "Belgium", "Brasilia": "Brazil", "Rio de Janeiro": "Brazil",
    "São Paulo": "Brazil", "Ottawa": "Canada", "Toronto": "Canada", "Montreal": "Canada", "Vancouver": "Canada",
    "Santiago": "Chile", "Beijing": "China", "Shanghai": "China", "Guangzhou": "China", "Shenzhen": "China",
    "Bogota": "Colombia", "Havana": "Cuba", "Prague": "Czech Republic", "Copenhagen": "Denmark", "Cairo": "Egypt",
    "Alexandria": "Egypt", "Helsinki": "Finland", "Paris": "France", "Lyon": "France", "Marseille": "France",
    "Berlin": "Germany", "Bonn": "Germany", "Munich": "Germany", "Hamburg": "Germany", "Frankfurt": "Germany",
    "Cologne": "Germany", "Athens": "Greece", "Budapest": "Hungary", "New Delhi": "India", "Delhi": "India",
    "Mumbai": "India", "Bombay": "India", "Calcutta": "India", "Bangalore": "India", "Jakarta": "Indonesia",
    "Tehran": "Iran", "Baghdad": "Iraq", "Dublin": "Ireland", "Tel Aviv": "Israel", "Haifa": "Israel",
    "Rome": "Italy", "Milan": "Italy", "Naples": "Italy", "Turin": "Italy", "Venice": "Italy", "Florence": "Italy",
    "Tokyo": "Japan", "Osaka": "Japan", "Kyoto": "Japan", "Nagoya": "Japan", "Fukuoka": "Japan", "Nairobi": "Kenya",
    "Beirut": "Lebanon", "Kuala Lumpur": "Malaysia", "Mexico City": "Mexico", "Amsterdam": "Netherlands",
    "Rotterdam": "Netherlands", "Wellington": "New Zealand", "Auckland": "New Zealand", "Lagos": "Nigeria",
    "Abuja": "Nigeria", "Oslo": "Norway", "Islamabad": "Pakistan", "Karachi": "Pakistan", "Lahore": "Pakistan",
    "Lima": "Peru", "Manila": "Philippines", "Warsaw": "Poland", "Lisbon": "Portugal", "Bucharest": "Romania",
    "Moscow": "Russia", "St Petersburg": "Russia", "Riyadh": "Saudi Arabia", "Mecca": "Saudi Arabia",
    "Belgrade": "Serbia", "Johannesburg": "South Africa", "Cape Town": "South Africa", "Pretoria": "South Africa",
    "Seoul": "South Korea", "Madrid": "Spain", "Barcelona": "Spain", "Seville": "Spain", "Stockholm": "Sweden",
    "Geneva": "Switzerland", "Zurich": "Switzerland", "Bern": "Switzerland", "Damascus": "Syria",
    "Taipei": "Taiwan", "Bangkok": "Thailand", "Istanbul": "Turkey", "Ankara": "Turkey", "London": "UK",
    "Edinburgh": "UK", "Glasgow": "UK", "Manchester": "UK", "Liverpool": "UK", "Kiev": "Ukraine", "Kyiv": "Ukraine",
    "Washington": "United States", "New York": "United States", "Chicago": "United States",
    "Boston": "United States", "Los Angeles": "United States", "San Francisco": "United States",
    "Houston": "United States", "Dallas": "United States", "Miami": "United States", "Seattle": "United States",
    "Philadelphia": "United States", "Hanoi": "Vietnam", "Saigon": "Vietnam", "Caracas": "Venezuela",
    "Harare": "Zimbabwe",
}  # fmt: skip
_ALSO: Final = {
    "United States": {"US", "U.S.", "USA", "America"},
    "UK": {"United Kingdom", "Britain", "Great Britain", "England", "Scotland"},
}  # fmt: skip
_SHORT_STATES: Final = frozenset(name.rstrip(".") for name in STATES if name.endswith("."))
GOES_ON: Final = re.compile(r"(?:,\s+|,?\s+(?:and|or)\s+|\s*[/&]\s*)(?:the\s+)?[A-Z]")
"""How a list goes on behind a name."""
_ONE: Final = {name: known for known, others in _ALSO.items() for name in others - {"England", "Scotland"}}


def one_country(name: str) -> str | None:
    """The name that stands for the country that *name* or an adjective says; None where that is none."""
    name = ADJECTIVES.get(name, name)
    return _ONE.get(name, name) if name in COUNTRIES or name in _ONE else None


def is_elsewhere(place: str, country: str) -> bool:
    """Whether *place* is known to be in no country, or in another one than *country*."""
    if country not in COUNTRIES:
        return False
    known = _CITIES.get(place)
    if known is None:
        return place in COUNTRIES
    return country != known and country not in _ALSO.get(known, ())


def is_listed_within(inner: str, outer: str, after: str) -> bool:
    """Whether "*inner*, *outer*" is a place within a place, and no list that goes on in *after*."""
    if outer in STATES | _SHORT_STATES and inner not in STATES | COUNTRIES:
        # "Austin, Texas, and Reno, Nevada" goes on with something else.
        return True
    return outer in COUNTRIES and inner not in COUNTRIES and not GOES_ON.match(after)
