"""What the tagger holds for made by somebody, or for an event, is a name where nothing else stands."""

from __future__ import annotations

from aibox_assets.domain.extract.naming.made import made_names
from aibox_assets.domain.extract.tagger.tagger import Tagged, TaggedName, TaggedRelation
from aibox_assets.domain.models import Mention
from aibox_assets.domain.ontology import Ontology

TEXT = "Jane Wu sang Cry for Help in Rome."


def test_what_is_made_is_a_name(ontology: Ontology) -> None:
    names = (
        TaggedName(0, 7, "Person", 0.9),
        TaggedName(13, 25, "Misc", 0.8),
        TaggedName(29, 33, "Misc", 0.4),
    )
    tagged = Tagged(names, (TaggedRelation(0, 1, "PRODUCES", 0.7),), {})
    [made] = made_names(TEXT, tagged, [], ontology).values()
    assert (made.text, made.type, made.confidence) == ("Cry for Help", "Product", 0.8)
    taken = [Mention(17, 25, "for Help", "Organization", "for Help", 0.9)]
    assert made_names(TEXT, tagged, taken, ontology) == {}


def test_what_somebody_took_part_in_is_an_event(ontology: Ontology) -> None:
    text = "Jane Wu spoke at PyConf in Oslo."
    names = (
        TaggedName(0, 7, "Person", 0.9),
        TaggedName(17, 23, "Misc", 0.8),
        TaggedName(27, 31, "Location", 0.9),
    )
    related = (
        TaggedRelation(0, 1, "PRODUCES", 0.2),
        TaggedRelation(0, 1, "PARTICIPATED_IN", 0.7),
        TaggedRelation(1, 2, "HELD_IN", 0.6),
    )
    [event] = made_names(text, Tagged(names, related, {}), [], ontology).values()
    assert (event.text, event.type) == ("PyConf", "Event")


def test_what_somebody_wrote_is_a_work(ontology: Ontology) -> None:
    names = (TaggedName(0, 7, "Person", 0.9), TaggedName(13, 25, "Misc", 0.8))
    related = (TaggedRelation(0, 1, "PRODUCES", 0.8), TaggedRelation(0, 1, "PERFORMED", 0.5))
    [work] = made_names(TEXT, Tagged(names, related, {}), [], ontology).values()
    assert (work.text, work.type) == ("Cry for Help", "Work")
