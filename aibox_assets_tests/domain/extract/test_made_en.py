"""Who made, uses or released which product, and when."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets_tests.domain.extract.chunks import chunk

TOLD = {"PRODUCES", "AUTHORED", "USES", "RELEASED_ON", "FOUNDED", "FOUNDED_ON"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The language Gleam was designed by Martin Osgood.", {"Martin Osgood PRODUCES Gleam"}),
        (
            "SuperCollider, written by James McCartney, was released as free software in 2002.",
            {"James McCartney PRODUCES SuperCollider", "SuperCollider RELEASED_ON 2002"},
        ),
        (
            "In May 2011 Jane Wu released the first version of Gleam.",
            {"Jane Wu PRODUCES Gleam", "Gleam RELEASED_ON 2011-05"},
        ),
        ("Tarn 3.0 came out on 16 March 2025.", {"Tarn 3.0 RELEASED_ON 2025-03-16"}),
        ("Tcl was the work of John Ousterhout, then a professor.", {"John Ousterhout PRODUCES Tcl"}),
        ("Jane Wu wrote The House of Small Things in Delhi.", {"Jane Wu AUTHORED The House of Small Things"}),
        ("The Debian Project was created by Ian Murdock.", {"Ian Murdock FOUNDED Debian Project"}),
        (
            "Jane Wu founded Larkspur Systems Inc. in 1994.",
            {"Jane Wu FOUNDED Larkspur Systems Inc.", "Larkspur Systems Inc. FOUNDED_ON 1994"},
        ),
        (
            "The Tarnfield Observatory uses ProFTPD to publish its archive.",
            {"Tarnfield Observatory USES ProFTPD"},
        ),
        ("The Tarnfield Observatory may use ProFTPD next year.", set()),
        ("Jane Wu has not written Gleam, and nobody released it.", set()),
        ("Vi uses the variable EXINIT, and Vim uses <Esc> to cancel.", set()),
        (
            "Rod Denver wrote “Tarn, a Song of Rain” in 1969.",
            {"Rod Denver AUTHORED Tarn, a Song of Rain"},
        ),
        ("Jane Wu wrote President Bush a letter.", set()),
        ("Marlin uses One Time Passwords (OTP).", {"Marlin USES One Time Passwords"}),
        ("TARN uses TARN-Add-Entry for that.", set()),
        ("The Tarn sort functions were written by Jane Wu.", set()),
        ("The Unix shell was written by Jane Wu.", set()),
        ("Originally written by Jane Wu, the project now lives elsewhere.", set()),
        (
            "Jane Wu's book, Gleam and Talus, published by Larkspur Press in 2013, is good.",
            {"Jane Wu AUTHORED Gleam and Talus", "Gleam and Talus RELEASED_ON 2013"},
        ),
        (
            "More recently Ivan Ristić’s book Bulletproof Gleam and Talus, published by Feisty Duck in 2013, is good.",
            {
                "Ivan Ristić AUTHORED Bulletproof Gleam and Talus",
                "Bulletproof Gleam and Talus RELEASED_ON 2013",
            },
        ),
        (
            "OTP is a mechanism for Kerberos 5 which uses Talus Passwords to check who asks.",
            {"OTP USES Talus Passwords"},
        ),
        ("Acme sells a mechanism for Kerberos 5 which uses Talus Passwords to check who asks.", set()),
        ("Example written by Jane Wu, edited by Tom Lee.", set()),
        ("Documentation developed by the Talus Project.", set()),
        ("Tom Lee wrote the section describing how Secure Talus works.", set()),
        ("Unifix GmbH (Braunschweig, Germany) developed a Talus system that has been certified.", set()),
        ("Package A depends on Package B if B absolutely must be installed in order to run A.", set()),
        (
            "The choice was made by Jane Wu who was, at the time, the Talus Project Leader and worked at Acme.",
            set(),
        ),
        ("css: Links to css files used by Talus", set()),
        ("Most were written by Jane Wu.", set()),
        (
            "It is made by xml2pl, an SP interface to SWI-Prolog written by Jane Wu.",
            {"Jane Wu PRODUCES xml2pl"},
        ),
        ("This chapter describes extensions to the Talus language introduced with version 7 in 2014.", set()),
        (
            "It is told in an article called Counting: The size of Talus 2.2, by Jane Wu, of which we quote.",
            set(),
        ),
        ("PEP written by Jane Wu; implemented by Tom Lee.", set()),
        ("Jane Wu is the author of the popular TLS testing tools on that page.", set()),
        ("About MATE\nMATE was originally written by Luis Ontanon.", {"Luis Ontanon PRODUCES MATE"}),
        (
            "AcceptFilter protocol accept_filter: TTL used for the connection pool with the Redis server(s)\n"
            "AcceptFilter protocol accept_filter: R/W timeout used for the connection with the Redis server(s)",
            set(),
        ),
    ],
)
def test_says_who_made_or_uses_what(offline: Extractor, text: str, expected: set[str]) -> None:
    (extraction,) = offline.extract([chunk(text)])
    told = {f"{it.head} {it.relation} {it.tail}" for it in extraction.triples if it.relation in TOLD}
    assert told == expected
