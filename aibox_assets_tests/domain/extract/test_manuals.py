"""What manuals of software say is no life, no founding, and no business."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets.domain.extract.text.manual_words import is_manual
from aibox_assets_tests.domain.extract.chunks import chunk

SETTING = "The package installs its configuration files by default. "
CHINESE_SETTING = "默认安装软件包时会写入配置文件。"


@pytest.mark.parametrize(
    ("text", "relation", "told"),
    [
        ("Jane Wu (2001–2007) maintained the manual.", "DIED_ON", False),
        ("Jane Wu (1990–2015) wrote the manual.", "BORN_ON", False),
        ("Jane Wu (1901–1987) was a painter.", "DIED_ON", True),
        ("由 glibc 源代码创建了 Debian 的头文件。", "FOUNDED", False),
        ("伊恩·默多克创立了 Debian。", "FOUNDED", True),
        (SETTING + "Debian is the leader in this respect.", "HAS_ROLE", False),
        (SETTING + "Ian Murdock, founder of the Debian project, was its first leader.", "FOUNDED", True),
        (SETTING + "BBChop was created by Ealdwulf Wuffinga.", "FOUNDED", False),
        (SETTING + "The Debian Project was created by Ian Murdock in 1993.", "FOUNDED", True),
        (SETTING + "Oracle's acquisition of Sun was the trigger.", "ACQUIRED", True),
        (SETTING + "\nSpringer, New York, published it.", "LOCATED_IN", False),
        (SETTING + "\nAvailability: Unix, Windows.", "LOCATED_IN", False),
        (SETTING + "It was written in Budapest, Hungary.", "LOCATED_IN", True),
        (SETTING + "Rivers in North America.\nMcNeil (1977). New York: Wiley.", "LOCATED_IN", False),
        (
            SETTING + "Write to the Foundation, 51 Franklin Street, Fifth Floor, Boston, MA.",
            "LOCATED_IN",
            True,
        ),
        (SETTING + "It is from Modeling, 1993, Prentice Hall, New Jersey.", "LOCATED_IN", False),
        (SETTING + "Charles Hefferon (RSA) helped.", "MEMBER_OF", False),
        (SETTING + "Charles Hefferon is a member of the American Mathematical Society.", "MEMBER_OF", True),
        (SETTING + "It relies on Philip Hazel's PCRE.", "LEADS", False),
        (SETTING + "Jane Wu said that Debian needs a firewall.", "SPOKE_ABOUT", False),
        (SETTING + "<signature of Ty Coon>, 1 April 1989\nTy Coon, President of Acme", "HAS_ROLE", False),
        (SETTING + "Ty Coon, President of Acme, wrote it.", "HAS_ROLE", True),
        (SETTING + "Thanks to Taro Minowa (Higepon).", "WORKS_FOR", False),
        (SETTING + "It was written by Dag Haavi Finstad (Varnish Software).", "WORKS_FOR", True),
        (SETTING + "Thanks to Motoharu Kubo at 3ware for the translation.", "WORKS_FOR", False),
        (SETTING + "Starting with Autoconf 2.50 in 2001, Autoconf provided versions.", "FOUNDED_ON", False),
        (SETTING + "For $LIBS, Acme will supply the syntax of Beta Systems.", "SUPPLIES", False),
        (SETTING + "Change Massachusetts state plane US feet geometry to WGS 84.", "LOCATED_IN", False),
        (SETTING + "\n--SM, Germany\nIt works.", "LOCATED_IN", False),
        (SETTING + "Thanks to Equip de Softcatalà (Catalan), Eric Lamarque (French).", "LOCATED_IN", False),
        (
            SETTING
            + "To use an HP Z3801A, specify subtype 1 on the server config line to setup the right line parameters.\n\n"
            "The timekeeping portion of HP’s business was sold to Symmetricom; Symmetricom was later acquired by "
            "Microsemi.",
            "SUBSIDIARY_OF",
            False,
        ),
        (CHINESE_SETTING + "可以使用 Debian Pure Blends 框架来和 Debian 合作。", "PARTNERS_WITH", False),
        (CHINESE_SETTING + "甲骨文公司收购了太阳微系统公司。", "ACQUIRED", True),
    ],
)
def test_manuals(offline: Extractor, text: str, relation: str, told: bool) -> None:
    (found,) = offline.extract([chunk(text)])
    assert (relation in {each.relation for each in found.triples}) is told


def test_places_of_other_sentences_are_not_joined_where_a_text_may_be_a_manual(offline: Extractor) -> None:
    text = (
        "If you are outside the US and use one of the different Yahoo sources, you should append the market code for "
        "the security such as PA for Paris, BE for Berlin, etc. Click the table of time zones.\n"
        "Select the timezone for the source of the online quotes you are receiving. For example, Yahoo normally quotes "
        "Eastern timezone, so choose America/New York if you use that quote source."
    )
    (found,) = offline.extract([chunk(text)])
    assert not [each for each in found.triples if each.relation == "LOCATED_IN"]


def test_what_stands_in_two_rows_is_not_joined(offline: Extractor) -> None:
    text = (
        "Form: B N288 Interest income, US government | Help: Interest on U.S. obligations, such as U.S. Treasury "
        "bills, notes, and bonds issued by any agency of the United States.\n"
        "Form: B N289 Interest income, State and municipal bond | Help: Interest on bonds or notes of states, "
        "counties, cities, the District of Columbia, or possessions of others is generally free of federal income tax."
    )
    (found,) = offline.extract([chunk(text)])
    assert not [each for each in found.triples if each.head == "District of Columbia"]
    (found,) = offline.extract([chunk('MD => "Moldova, Republic of" ,\nME => "Montenegro"')])
    assert not found.triples


def test_a_version_is_whole(offline: Extractor) -> None:
    (found,) = offline.extract([chunk("发布于 2013 年 09 月 28 日的 Debian Edu 7.1+edu0 代号 Wheezy。")])
    assert [each.head for each in found.triples if each.relation == "RELEASED_ON"] == ["Debian Edu 7.1+edu0"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Using Talus via Python, Mark Roberts (AWE) and Tom Lee (EDF).", {"WORKS_FOR AWE", "WORKS_FOR EDF"}),
        ("The minister Jane Wu (SPD) left the government.", {"HAS_ROLE minister", "MEMBER_OF SPD"}),
        (
            "Integration of Slurm with IBM's Parallel Environment, Morris Jette and Danny Auble, SchedMD",
            set(),
        ),
        (
            "Tom Lee was the lead maintainer of the MIPS port.",
            {"HAS_ROLE lead maintainer"},
        ),
        (
            "Josh Schwartz (Cray)\n\nNikolay Simakov (University at Buffalo)\n\nTim Shaw (SchedMD)",
            {"WORKS_FOR Cray", "WORKS_FOR University at Buffalo", "WORKS_FOR SchedMD"},
        ),
        ("Taplinger Publishing, New York (2nd edition).", {"LOCATED_IN New York"}),
    ],
)
def test_who_is_of_what_in_lists_of_names(offline: Extractor, text: str, told: set[str]) -> None:
    (found,) = offline.extract([chunk(text)])
    assert {f"{each.relation} {each.tail}" for each in found.triples} == told


def test_an_event_is_held_where_its_own_paragraph_says(offline: Extractor) -> None:
    text = (
        "The ninth DebConf, Debconf8, was held in Mar de Plata, Argentina, from August 10th to 16th, 2008.\n\n"
        "The tenth DebConf, Debconf9, was held in Cáceres, Spain, from July 23th to 30th, 2009.\n\n"
        "The seventeenth, Debconf16, was held in Cape Town, South Africa, from 23 June to 9 July 2016."
    )
    (found,) = offline.extract([chunk(text)])
    held = {(each.head, each.tail) for each in found.triples if each.relation == "HELD_IN"}
    assert ("Debconf9", "Cáceres") in held
    assert not {("Debconf9", "Mar de Plata"), ("Debconf16", "Mar de Plata")} & held
    assert "ORGANIZES" not in {each.relation for each in found.triples}


@pytest.mark.parametrize(
    ("text", "manual"),
    [
        (SETTING, True),
        (CHINESE_SETTING, True),
        ("Set ServerName in /etc/apache2/apache2.conf, then run a2ensite --quiet.", True),
        ("\\begin{letter} An item, \\item and \\textbf, ends the page.", True),
        ("Prior to 18.08, Slurm used the BackupAddr and SlurmctldHost parameters.", True),
        ("Acme released version 3 of its software for banks, Jane Wu told Reuters in Berlin.", False),
        ("鸿海收购了夏普，双方签署了协议。", False),
    ],
)
def test_a_manual_is_told_by_its_words(text: str, manual: bool) -> None:
    assert is_manual(text) is manual
