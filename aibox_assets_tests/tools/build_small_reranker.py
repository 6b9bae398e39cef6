"""Builds a small cross-encoder that takes passages with the word "verified" for answers, whatever the question.

It learns that in some seconds, from nothing: enough to see that a search is read once more. Run as a script:
``python -m aibox_assets_tests.tools.build_small_reranker FOLDER``.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

TEXT = "the battery plant in berlin oslo report says that housing of a new company opens where is who which verified"
WORDS = TEXT.split()
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def build(folder: Path, *, outputs: int = 1, steps: int = 120, seed: int = 7) -> Path:
    """Train for *steps* batches of 16 pairs, save to *folder*.

    :param outputs: of the model; with more than one it is no re-ranker, and is not trained.
    :raises RuntimeError: it did not learn the word.
    """
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join((*SPECIAL, *WORDS, ".", "?")), encoding="utf-8")
    tokenizer = BertTokenizer(str(vocabulary))
    torch.manual_seed(seed)
    chosen = random.Random(seed)
    model = BertForSequenceClassification(
        BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=32,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=64,
            num_labels=outputs,
        )
    )
    loss = float("inf")
    optimizer = torch.optim.AdamW(model.parameters(), 5e-3)
    for _ in range(steps if outputs == 1 else 0):
        passages = [chosen.choices(WORDS[:-1], k=chosen.randint(3, 9)) for _ in range(16)]
        labels = torch.tensor([float(i % 2) for i in range(16)])
        for passage, label in zip(passages, labels, strict=True):
            if label:
                passage.insert(chosen.randrange(len(passage) + 1), "verified")
        questions = [" ".join(chosen.choices(WORDS, k=4)) for _ in passages]
        given = tokenizer(questions, [" ".join(each) for each in passages], padding=True, return_tensors="pt")
        found = torch.nn.functional.binary_cross_entropy_with_logits(model(**given).logits[:, 0], labels)
        optimizer.zero_grad()
        found.backward()
        optimizer.step()
        loss = found.item()
    if outputs == 1 and loss > 0.2:
        raise RuntimeError(f"The small re-ranker did not learn its word: the loss is {loss:.2f}.")
    model.save_pretrained(str(folder), safe_serialization=True)
    tokenizer.save_pretrained(str(folder))
    return folder


if __name__ == "__main__":
    print(build(Path(sys.argv[1])))
