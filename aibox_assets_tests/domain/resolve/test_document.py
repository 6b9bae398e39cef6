from __future__ import annotations

import random

import pytest

from aibox_assets.domain.extract import entity_key
from aibox_assets.domain.resolve import Join, Name, resolve_document

PERSON, ORG, PLACE = "Person", "Organization", "Location"


def joined(text: str, *names: tuple[str, str]) -> set[tuple[str, str, str]]:
    """(short, full, reason) of what is joined, by the names' texts."""
    found = [Name(entity_key(kind, name), kind, name) for kind, name in names]
    texts = {name.key: name.text for name in found}
    return {(texts[join.short], texts[join.full], join.reason) for join in resolve_document(found, [text])}


def people(*names: str) -> set[tuple[str, str, str]]:
    return joined("", *((PERSON, name) for name in names))


def test_a_short_name_is_the_only_person_of_that_name() -> None:
    assert people("Willi Schneider", "Schneider") == {("Schneider", "Willi Schneider", "short name")}
    assert people("Vanya Mishra", "Vanya") == {("Vanya", "Vanya Mishra", "short name")}
    assert people("Henrik August Angell", "Henrik Angell", "Angell") == {
        ("Angell", "Henrik August Angell", "short name"),
        ("Henrik Angell", "Henrik August Angell", "short name"),
    }
    assert people("G. W. Bush", "George Walker Bush") == {("G. W. Bush", "George Walker Bush", "short name")}


def test_two_people_of_one_name_are_not_guessed_at() -> None:
    assert people("Willi Schneider", "Romy Schneider", "Schneider") == set()
    assert people("George H. W. Bush", "George P. Bush", "George Bush") == set()
    assert people("Ann Lee", "Lee Smith") == set()
    assert people("Anna", "Annabel Lee") == set()


def test_a_surname_behind_a_relative_is_not_guessed_at() -> None:
    names = (PERSON, "Kylie Morrow"), (PERSON, "Morrow")
    assert joined("Kylie Morrow's mother Elizabeth came. Ms Morrow said so.", *names) == set()
    assert joined("Kylie Morrow came. Ms Morrow said so.", *names) != set()


def test_kinds_of_things_are_not_joined() -> None:
    assert joined("", (PERSON, "Henry Ford"), (ORG, "Ford")) == set()


def test_companies_by_a_part_of_their_name() -> None:
    assert joined("", (ORG, "Interscope Records"), (ORG, "Interscope")) == {
        ("Interscope", "Interscope Records", "short name")
    }
    assert joined("", (ORG, "Minnesota Vikings"), (ORG, "Vikings")) == {
        ("Vikings", "Minnesota Vikings", "short name")
    }
    assert joined("", (ORG, "Ubisoft Pictures"), (ORG, "Ubisoft")) == set()
    assert joined("", (ORG, "Florida Supreme Court"), (ORG, "Supreme Court")) == set()
    assert joined("", (ORG, "Interscope Records"), (ORG, "Interscope Films"), (ORG, "Interscope")) == set()


def test_a_part_of_a_name_may_be_of_another() -> None:
    union = (ORG, "Mining and Energy Union"), (ORG, "Union")
    assert joined("Union officials met.", *union) == set()
    assert joined("The Union met.", *union) == {("Union", "Mining and Energy Union", "short name")}
    assert joined("", (ORG, "Shadow Defence"), (ORG, "Defence")) == set()
    both = "Federal Police and Security Intelligence Organisation"
    assert joined(f"{both} (SIO) met.", (ORG, both), (ORG, "SIO")) == set()
    assert joined("The Beatle known as the Silent One died.", (ORG, "Beatle"), (ORG, "Silent One")) == set()
    assert joined("", (ORG, "Australian Federal Police"), (ORG, "AFP")) == set()
    assert joined("The NBA (Boston Celtics, Utah Jazz) met.", (ORG, "NBA"), (ORG, "Boston Celtics")) == set()


def test_acronyms_and_what_the_text_pairs() -> None:
    assert joined("", (ORG, "National Football League"), (ORG, "NFL")) == {
        ("NFL", "National Football League", "acronym")
    }
    text = "The Escuela Latinoamericana (ELAM) and 英特爾（Intel） grow. Acme, formerly known as Bolt, too."
    names = [(ORG, name) for name in ("Escuela Latinoamericana", "ELAM", "英特爾", "Intel", "Acme", "Bolt")]
    assert joined(text, *names) == {
        ("ELAM", "Escuela Latinoamericana", "paired"),
        ("Intel", "英特爾", "paired"),
        ("Bolt", "Acme", "paired"),
    }
    assert joined("Paris (France)", (PLACE, "Paris"), (PLACE, "France")) == set()
    assert joined("Guiteau (Jonathan Hadary)", (PERSON, "Guiteau"), (PERSON, "Jonathan Hadary")) == set()
    assert joined("（１）塞甘（２）若斯潘", (PERSON, "塞甘"), (PERSON, "２")) == set()
    lists = (ORG, "Reformed"), (ORG, "Presbyterians")
    assert joined("Reformed (Presbyterians, Congregationalists and others)", *lists) == set()
    assert joined("Acme (Bolt, Nut and others)", (ORG, "Acme"), (ORG, "Nut")) == set()


@pytest.mark.parametrize(
    ("text", "one", "other", "same"),
    [
        ("山东省商业集团(下称“鲁商集团”)将发行债券。", "山东省商业集团", "鲁商集团", True),
        ("东方航空(以下简称东航)再次获得国家的注资。", "东方航空", "东航", True),
        ("万达集团(下称“万达”)将兼并美国第二大院线。", "万达集团", "万达", True),
        ("据悉,华润金融被寄予重望,华润的子公司众多。", "华润", "华润金融", False),
        ("联合国和联合国粮农组织都派了代表,中共与中共中央也有贺词。", "联合国", "联合国粮农组织", False),
        ("联合国和联合国粮农组织都派了代表,中共与中共中央也有贺词。", "中共", "中共中央", False),
        ("国航已经加入了星空联盟,东方航空则加入了天合联盟。", "国航", "东方航空", False),
    ],
)
def test_chinese_companies(text: str, one: str, other: str, same: bool) -> None:
    assert bool(joined(text, (ORG, one), (ORG, other))) is same


def test_the_order_of_names_does_not_matter() -> None:
    text = "雅培公司(下称雅培)。Acme Corporation (ACME). Willi Schneider met Schneider of NFL."
    names = [
        Name(entity_key(kind, name), kind, name)
        for kind, name in [
            (ORG, "雅培公司"),
            (ORG, "雅培"),
            (ORG, "Acme Records"),
            (ORG, "Acme"),
            (ORG, "ACME"),
            (PERSON, "Willi Schneider"),
            (PERSON, "Wilfried Schneider"),
            (PERSON, "W. Schneider"),
            (PERSON, "Schneider"),
            (ORG, "NFL"),
            (ORG, "National Football League"),
        ]
    ]
    expected: list[Join] = resolve_document(names, [text])
    assert expected
    for seed in range(20):
        assert resolve_document(random.Random(seed).sample(names, len(names)), [text]) == expected


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("斯坦顿县（Stanton County，Kansas，简称ST）在美国。", PLACE, ("Kansas", "ST")),
        ("通过文化交流使大印度（Greater India）统一。", PLACE, ("印度", "Greater India")),
        ("台北帝国大学（台湾大学前身）、台中农学院（中兴大学前身）。", ORG, ("台湾大学", "台中农学院")),
        ("自由党分裂后，他加入了自由统一党。", ORG, ("自由党", "自由统一党")),
        ("中华信义神学院（简称信神），为唯一信义宗的神学院。", ORG, ("信神", "信义宗的神学院")),
        ("Portions (c) Zope Foundation (http://www.zope.org/).", ORG, ("Zope Foundation", "zope")),
        ("ACM Press, Kiev, 1993; J. ACM 14 (1967).", ORG, ("ACM Press", "ACM")),
        ("~A prints as A`` does.", "Product", ("~A", "A``")),
        ("I left Enron / Azurix. Azurix went on.", ORG, ("Enron / Azurix", "Azurix")),
    ],
)
def test_what_stands_near_is_another_thing(text: str, kind: str, names: tuple[str, str]) -> None:
    assert joined(text, *((kind, name) for name in names)) == set()


MANUAL = "The package installs its files by default. "


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("It is the GID (or EGID) of the process.", ORG, ("GID", "EGID")),
        ("See the Wilcoxon (or Mann-Whitney) test.", PERSON, ("Wilcoxon", "Mann-Whitney")),
        (MANUAL + "It is kept in GOsa (LDAP).", "Product", ("GOsa", "LDAP")),
        (MANUAL + "The account Jamaican Bank (JMD) opens.", ORG, ("Jamaican Bank", "JMD")),
        (MANUAL + "KiCad is by the KiCad Team.", ORG, ("KiCad", "KiCad Team")),
        ("Google, New York, NY 10011; Research, Yorktown Heights, NY", PLACE, ("New York", "NY")),
        ('It is "INBOX.Drafts" or "INBOX/Drafts".', "Product", ("INBOX.Drafts", "INBOX/Drafts")),
        ("C.F. Abdy Williams wrote; Carl Fischer printed.", PERSON, ("C.F.", "Carl Fischer")),
        ("Thomas Steudten\nMarc Thomas\nMartin Thomas\n", PERSON, ("Thomas", "Martin Thomas")),
        ("LilyPond Serif, LilyPond Sans Serif", PERSON, ("LilyPond Serif", "LilyPond Sans Serif")),
        (MANUAL + "Fonts: Century SchoolBook URW.", ORG, ("URW", "Century SchoolBook URW")),
        ("Call get_name(Name) for Name.", PERSON, ("get_name Name", "Name")),
        ("Math. Comput. 10; J. Comput. 3", PERSON, ("J. Comput", "Comput")),
    ],
)
def test_what_manuals_name_beside_each_other_is_two(text: str, kind: str, names: tuple[str, str]) -> None:
    assert joined(text, *((kind, name) for name in names)) == set()


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        (
            MANUAL + "It is of the Internet Systems Consortium (ISC).",
            ORG,
            ("Internet Systems Consortium", "ISC"),
        ),
        (MANUAL + "Buy shares of NSTAR (NST).", ORG, ("NSTAR", "NST")),
        (MANUAL + "By John Ousterhout; see Ousterhout.", PERSON, ("John Ousterhout", "Ousterhout")),
        ("Doctors without Borders (MSF) came.", ORG, ("Doctors without Borders", "MSF")),
        ("LaMont Jones wrote it; LaMont knows.", PERSON, ("LaMont Jones", "LaMont")),
        ("Thomas Steudten\nHe and Thomas came.", PERSON, ("Thomas", "Thomas Steudten")),
        ("He sings for Interscope Records.", ORG, ("Interscope Records", "Interscope")),
        ("It rains in New York. NY is wet.", PLACE, ("New York", "NY")),
    ],
)
def test_what_a_text_names_twice_is_one(text: str, kind: str, names: tuple[str, str]) -> None:
    assert joined(text, *((kind, name) for name in names)) != set()
