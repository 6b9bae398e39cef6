from __future__ import annotations

from dataclasses import replace

import numpy as np

from aibox_assets.domain.extract.gainsaid import borne_out
from aibox_assets.domain.extract.naming.join import BOTH, Proposal, join_names, name_candidates
from aibox_assets.domain.extract.recognize.chinese import LISTED
from aibox_assets.domain.extract.tagger.labels import LABELS
from aibox_assets.domain.extract.tagger.tagger import Tagged, TaggedName, TaggedRelation, Window
from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.models import Mention, Relation
from aibox_assets.domain.ontology import Ontology

TEXT = "Jane Wu of Acme Robotics met RAID."


def _mention(name: str, kind: str) -> Mention:
    start = TEXT.index(name)
    return Mention(start, start + len(name), name, kind, name, 0.7)


def _tagged(*names: tuple[str, str, float]) -> Tagged:
    found = tuple(
        TaggedName(TEXT.index(name), TEXT.index(name) + len(name), kind, sure) for name, kind, sure in names
    )
    named = dict.fromkeys(range(len(TEXT)), 0.05)
    named |= {place: 0.9 for each in found for place in range(each.start, each.end)}
    return Tagged(found, (), named)


def _joined(ontology: Ontology, rules: list[Mention], tagged: Tagged, *supported: Mention) -> list[Mention]:
    return join_names(Proposal(TEXT, rules, supported, tagged), ontology)


def test_what_the_tagger_takes_for_no_name_is_dropped(ontology: Ontology) -> None:
    rules = [_mention("Jane Wu", "Person"), _mention("RAID", "Organization")]
    names = _joined(ontology, rules, _tagged(("Jane Wu", "Person", 0.9)))
    assert [each.name for each in names] == ["Jane Wu"]
    assert names[0].confidence > 0.8, "two witnesses"
    assert names[0].source == BOTH


def test_a_sure_tagger_decides_the_limits_unless_a_rule_relates_the_name(ontology: Ontology) -> None:
    rules = [_mention("Acme", "Organization")]
    tagged = _tagged(("Acme Robotics", "Organization", 0.9))
    assert [each.name for each in _joined(ontology, rules, tagged)] == ["Acme Robotics"]
    unsure = _tagged(("Acme Robotics", "Organization", 0.4))
    assert [each.name for each in _joined(ontology, rules, unsure, *rules)] == ["Acme"]


def test_a_rule_is_wrong_where_the_tagger_is_sure_of_a_kind_without_a_type(ontology: Ontology) -> None:
    rules = [_mention("RAID", "Person")]
    assert _joined(ontology, rules, _tagged(("RAID", "Misc", 0.9))) == []


def test_what_a_word_list_knows_needs_no_witness(ontology: Ontology) -> None:
    text = "中美关系"
    listed = [
        Mention(i, i + 1, text[i], "Location", name, 0.9, LISTED) for i, name in enumerate(("中国", "美国"))
    ]
    tagged = Tagged((TaggedName(0, 2, "Location", 0.5),), (), {0: 0.5, 1: 0.5})
    names = join_names(Proposal(text, listed, [], tagged), ontology)
    assert [each.name for each in names] == ["中国", "美国"]


def test_a_pattern_between_chinese_companies_needs_the_taggers_vote(ontology: Ontology) -> None:
    text = "鴻海股東夏普"
    hon_hai = Mention(0, 2, "鴻海", "Organization", "鴻海", 0.9)
    sharp = Mention(4, 6, "夏普", "Organization", "夏普", 0.9)
    said = TypedRelation(sharp, hon_hai, "INVESTED_IN", Relation(sharp, hon_hai, "股東", 0, 6, 0.9))
    names = (TaggedName(0, 2, "Organization", 0.9), TaggedName(4, 6, "Organization", 0.9))
    for head, sure, stands in ((1, 0.5, True), (1, 0.1, False), (0, 0.9, False)):
        vote = TaggedRelation(head, 1 - head, "INVESTED_IN", sure)
        assert bool(borne_out(text, [said], Tagged(names, (vote,), {}), ontology)) is stands
    assert borne_out(text, [replace(said, relation="PARTNERS_WITH")], Tagged((), (), {}), ontology)


def test_a_chinese_name_knows_where_it_cuts_a_word_of_the_dictionary(ontology: Ontology) -> None:
    text = "噶尔丹策零来"
    spans = [(i, i + 1) for i in range(len(text))]
    window = Window(spans, np.zeros((len(text), len(LABELS)), np.float32))
    words = dict(enumerate((2, 3, 3, 3, 3, 12)))
    tagged = Tagged((TaggedName(0, 4, "Person", 0.5),), (), dict.fromkeys(range(6), 0.5), (window,), words)
    [found] = name_candidates(Proposal(text, [], [], tagged), ontology)
    assert (found.witnesses["cut in"], found.witnesses["cut off"]) == (0.0, 1.0)
