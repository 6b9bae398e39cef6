"""Short news texts, each different, for tests with many files."""

from __future__ import annotations

import random
from typing import Final

_PEOPLE: Final = ("Marta Olsen", "Peter Lang", "Aisha Rahman", "Tom Becker", "Clara Novak", "David Stein")
_COMPANIES: Final = (
    "Harbour Freight Lines",
    "Alpine Dairy",
    "Nordic Timber",
    "Delta Ceramics",
    "Union Mills",
)
_CITIES: Final = ("Oslo", "Vienna", "Lisbon", "Warsaw", "Dublin", "Geneva")
_TOPICS: Final = (
    "a new warehouse",
    "lower freight rates",
    "a training school",
    "two cargo ships",
    "a pension fund",
)
_VERBS: Final = ("announced", "rejected", "praised", "postponed", "opened", "questioned")


def write_news(count: int, *, seed: int, sentences: int = 9) -> list[str]:
    """*count* texts of some 17 words a sentence that name people, companies and cities; the same for the same seed."""
    chance = random.Random(seed)  # texts, not secrets
    return [_write_one(chance, number, sentences) for number in range(count)]


def _write_one(chance: random.Random, number: int, count: int) -> str:
    sentences = [
        f"Report {number}: {chance.choice(_COMPANIES)} is headquartered in {chance.choice(_CITIES)}."
    ]
    for _ in range(count - 1):
        sentences.append(
            f"{chance.choice(_PEOPLE)} of {chance.choice(_COMPANIES)} {chance.choice(_VERBS)} "
            f"{chance.choice(_TOPICS)} in {chance.choice(_CITIES)} on day {chance.randint(1, 999)} of the talks."
        )
    return " ".join(sentences)
