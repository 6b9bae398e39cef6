from __future__ import annotations

from aibox_assets.domain.extract.join import join_names
from aibox_assets.domain.extract.tagger.tagger import Tagged, TaggedName
from aibox_assets.domain.models import Mention
from aibox_assets.domain.ontology import Ontology

TEXT = "Jane Wu of Acme Robotics met RAID."


def _mention(name: str, kind: str) -> Mention:
    start = TEXT.index(name)
    return Mention(start, start + len(name), name, kind, name, 0.7)


def _tagged(*names: tuple[str, str, float]) -> Tagged:
    found = tuple(
        TaggedName(TEXT.index(name), TEXT.index(name) + len(name), kind, sure) for name, kind, sure in names
    )
    named = {place: 0.9 for each in found for place in range(each.start, each.end)}
    return Tagged(found, (), named)


def test_what_the_tagger_takes_for_no_name_is_dropped(ontology: Ontology) -> None:
    rules = [_mention("Jane Wu", "Person"), _mention("RAID", "Organization")]
    names = join_names(TEXT, rules, [], _tagged(("Jane Wu", "Person", 0.9)), ontology)
    assert [each.name for each in names] == ["Jane Wu"]
    assert names[0].confidence > 0.9


def test_a_sure_tagger_decides_the_limits_unless_a_rule_relates_the_name(ontology: Ontology) -> None:
    rules = [_mention("Acme", "Organization")]
    tagged = _tagged(("Acme Robotics", "Organization", 0.9))
    assert [each.name for each in join_names(TEXT, rules, [], tagged, ontology)] == ["Acme Robotics"]
    assert [each.name for each in join_names(TEXT, rules, rules, tagged, ontology)] == ["Acme"]
