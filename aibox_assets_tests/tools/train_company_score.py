"""Learns the weights of ``domain/resolve/companies.py``: ``python -m … FOLDER``, with FinRE in ``FOLDER/pairs``.

Where a person would be asked again and again, a linear score over named features can be read and answered for.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from aibox_assets.domain.resolve import companies

TARGET = Path(companies.__file__).with_name("companies.json")
RARE = 3
"""Features that fewer pairs show are left out."""


def load(path: Path) -> dict[tuple[str, str, str], bool]:
    """Whether each pair of a text is one company; the set has each pair in both directions."""
    pairs: dict[tuple[str, str, str], bool] = {}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        key = (row["text"], *sorted((row["head"], row["tail"])))
        pairs[key] = pairs.get(key, False) or row["relation"] == "SAME_AS"
    return pairs


def fit(pairs: dict[tuple[str, str, str], bool]) -> dict[str, Any]:
    """Weights whose score is 0.5 where F1 on *pairs* is best by cross-validation (see :func:`measure`)."""
    seen = [companies.company_features(one, other, text) for text, one, other in pairs]
    often = Counter(name for features in seen for name in features)
    seen = [{name: value for name, value in one.items() if often[name] >= RARE} for one in seen]
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=0.5, max_iter=3000).fit(vectorizer.fit_transform(seen), list(pairs.values()))
    weights = {
        str(name): round(float(weight), 3)
        for name, weight in zip(vectorizer.feature_names_, model.coef_[0], strict=True)
        if abs(weight) >= 0.02
    }
    return {"intercept": float(model.intercept_[0]), "weights": weights}


def scores(model: dict[str, Any], pairs: dict[tuple[str, str, str], bool]) -> Any:
    """The linear score of each pair."""
    return np.array(
        [
            model["intercept"]
            + sum(model["weights"].get(n, 0) * v for n, v in companies.company_features(a, b, t).items())
            for t, a, b in pairs
        ]
    )


def best(found: Any, truth: Any) -> tuple[float, float, float, float]:
    """The best F1 over all thresholds, with precision, recall and the threshold."""
    order = np.argsort(-found)
    right = np.cumsum(truth[order])
    taken = np.arange(1, len(truth) + 1)
    f1 = 2 * right / (taken + truth.sum())
    at = int(f1.argmax())
    return float(f1[at]), right[at] / taken[at], right[at] / truth.sum(), float(found[order][at])


def measure(pairs: dict[tuple[str, str, str], bool], folds: int = 5) -> float:
    """Print F1 by cross-validation over whole texts; the threshold that was best there."""
    texts = sorted({text for text, _, _ in pairs})
    fold = {text: number % folds for number, text in enumerate(texts)}
    found, truth = [], []
    for number in range(folds):
        learned = fit({key: same for key, same in pairs.items() if fold[key[0]] != number})
        held = {key: same for key, same in pairs.items() if fold[key[0]] == number}
        found.append(scores(learned, held))
        truth.append(np.array(list(held.values())))
    f1, precision, recall, threshold = best(np.concatenate(found), np.concatenate(truth))
    print(
        f"{len(pairs)} pairs: F1 {f1:.3f}, precision {precision:.2f}, recall {recall:.2f}, at {threshold:.2f}"
    )
    return threshold


def main() -> None:
    """Train on both parts and write the weights."""
    folder = Path(sys.argv[1]) / "pairs"
    train, valid = (load(folder / f"finre_zh_{part}.jsonl") for part in ("train", "valid"))
    if "--measure" in sys.argv:
        learned = fit(train)
        found, truth = scores(learned, valid), np.array(list(valid.values()))
        taken = found >= measure(train)
        right = (taken & truth).sum()
        print(f"valid: F1 {2 * right / (taken.sum() + truth.sum()):.3f}")
    threshold = measure(train | valid)
    learned = fit(train | valid)
    learned["intercept"] = round(learned["intercept"] - threshold, 3)
    TARGET.write_text(json.dumps(learned, ensure_ascii=False, indent=0, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
