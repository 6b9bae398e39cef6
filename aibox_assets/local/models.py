"""Which models a home uses: chosen at its first start, written down, obeyed by every process."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Final

import httpx
import psutil

from aibox_assets.domain.embed import BUILT_IN, DEFAULT_MODEL, ENGLISH, INT8, MULTILINGUAL
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.extract.llm.extractor import PREFIX
from aibox_assets.domain.extract.versions import OWN_TAGGER
from aibox_assets.domain.hub import (
    CHECKPOINT_FILES,
    EMBEDDING_FILES,
    find_snapshot,
    without_pin,
)
from aibox_assets.local import control
from aibox_assets.local.home import Home
from aibox_assets.local.obtaining import OFFLINE_EXTRACTOR, obtain_embedding, obtain_extractor
from aibox_assets.settings import GivenSettings

HUB_EXTRACTOR: Final = "urchade/gliner_multi-v2.1"
HUB_SECONDS: Final = 4.0
WORKER_SECONDS: Final = 60.0


def choose_models(home_path: Path) -> Iterator[str]:
    """Choose and write down what is not chosen yet, hub models with their commits; yields lines that say what
    was chosen and what it means.

    :raises ConfigurationError: a model that was set cannot be had.
    """
    home = Home(home_path)
    home.create()
    given = GivenSettings.of_home(home_path)
    remembered = home.remembered() if home.file.exists() else {}
    kinds = (
        _Kind(
            "AIBOX_EMBEDDING_MODEL",
            "Embedding model",
            given.embedding_model,
            None,
            DEFAULT_MODEL,
            obtain_embedding,
            explain_embedding,
            EMBEDDING_FILES,
        ),
        _Kind(
            "AIBOX_EXTRACTOR",
            "Extractor",
            given.extractor,
            HUB_EXTRACTOR,
            OFFLINE_EXTRACTOR,
            obtain_extractor,
            explain_extractor,
            CHECKPOINT_FILES,
        ),
    )
    open_kinds = []
    for kind in kinds:
        known = remembered.get(kind.variable)
        if known is None or (kind.given is not None and not _is_same(kind.given, known)):
            open_kinds.append(kind)
        elif (pinned := _pin_cached(known, kind.files)) != known:  # a home of version 0.1 knows names only
            home.remember(**{kind.variable: pinned})
    answered = _answered([kind.hub for kind in open_kinds if kind.given is None and kind.hub is not None])
    for kind in open_kinds:
        name, why = (kind.obtain(kind.given), "") if kind.given is not None else _best(kind, answered)
        home.remember(**{kind.variable: name})
        yield f"{kind.title}: {name}. {why}{kind.explain(name)}"


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of the models that a home has: what a person gave, else what is taken from the hub, else from a wheel."""

    variable: str
    title: str
    given: str | None
    hub: str | None
    otherwise: str
    obtain: Callable[[str], str]
    explain: Callable[[str], str]
    files: Sequence[str]


def explain_embedding(name: str) -> str:
    """What a choice of embedding model means for people."""
    if name.removesuffix(INT8) == ENGLISH:
        return (
            "It knows English only: Chinese text is found by its words, not by its meaning. "
            f"'aibox models use {DEFAULT_MODEL}' changes that."
        )
    if name.removesuffix(INT8) == MULTILINGUAL:
        return (
            "It knows English, Chinese and some 90 other languages, and finds texts of one by questions in another. "
            f"Who has English alone is served faster by 'aibox models use {ENGLISH}'."
        )
    return "Texts are found by meaning in the languages that it was trained on."


def explain_extractor(name: str) -> str:
    """What a choice of extractor means for people."""
    if name.startswith(OFFLINE_EXTRACTOR):
        return (
            "It finds the entity types it was made for, in English and Chinese; a new entity type in the "
            f"ontology needs GLiNER: 'aibox models extractor {HUB_EXTRACTOR}'."
        )
    if name.startswith(PREFIX):
        return (
            "A language model reads every passage of every file, which is sent to AIBOX_LLM_URL, and is kept within "
            "AIBOX_LLM_CALLS_A_DAY, AIBOX_LLM_TOKENS_A_DAY and AIBOX_LLM_COST_A_DAY."
        )
    return "It finds every entity type of the ontology, also new ones."


def restart_workers(home_path: Path) -> int:
    """End the workers of a running home; the supervisor starts them again, with the models now written down.

    Returns when the old ones are gone, after a minute at most: a task in hand is finished before.
    """
    workers = []
    for service in control.status(home_path):
        if service.name.startswith("worker-") and service.pid is not None and service.state != "stopped":
            with suppress(psutil.NoSuchProcess):
                workers.append(psutil.Process(service.pid))
                workers[-1].terminate()
    psutil.wait_procs(workers, timeout=WORKER_SECONDS)
    return len(workers)


def _best(kind: _Kind, answered: Collection[str]) -> tuple[str, str]:
    """The hub's model where there is one that can be had, else the one from wheels, and a sentence with the reason."""
    why = ""
    if kind.hub is not None and kind.hub in answered:
        try:
            return kind.obtain(kind.hub), ""
        except ConfigurationError as error:
            why = f"({error.reason}) "
    elif kind.hub is not None:
        why = f"(The hub was not asked, or did not answer for {kind.hub}.) "
    try:
        return kind.obtain(kind.otherwise), why
    except ConfigurationError as error:
        if not kind.otherwise.endswith(INT8):
            raise
        return kind.obtain(kind.otherwise.removesuffix(INT8)), f"({error.reason}) "


def _answered(names: Collection[str]) -> set[str]:
    """The models that the hub answers for within seconds. HF_ENDPOINT and HF_HUB_OFFLINE are obeyed."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return set()
    answered: set[str] = set()

    def ask(name: str) -> None:
        with suppress(httpx.HTTPError):
            answer = httpx.get(
                f"{constants.ENDPOINT}/api/models/{name}", timeout=HUB_SECONDS, follow_redirects=True
            )
            if answer.status_code == httpx.codes.OK:
                answered.add(name)

    # In threads that nobody waits for: looking up a host without a network knows no time-out.
    asking = [Thread(target=ask, args=(name,), daemon=True) for name in names]
    for thread in asking:
        thread.start()
    deadline = time.monotonic() + HUB_SECONDS
    for thread in asking:
        thread.join(max(0.0, deadline - time.monotonic()))
    return set(answered)


def _is_same(given: str, known: str) -> bool:
    """Whether what a person set is the model that is written down, with its commit or as an absolute path."""
    base, form = given.removesuffix(INT8), INT8 if given.endswith(INT8) else ""
    folder = Path(base).expanduser()
    return given in (known, without_pin(known)) or (folder.is_dir() and f"{folder.absolute()}{form}" == known)


def _pin_cached(name: str, files: Sequence[str]) -> str:
    """*name* with the commit that the local cache has of it; as it is where there is none, or it is no name alone."""
    base, form = name.removesuffix(INT8), INT8 if name.endswith(INT8) else ""
    if (
        base in (*BUILT_IN, OFFLINE_EXTRACTOR)
        or base.startswith((PREFIX, OWN_TAGGER))
        or base != without_pin(base)
        or Path(base).is_dir()
    ):
        return name
    with suppress(ConfigurationError):
        return f"{base}@{find_snapshot(base, None, files).name}{form}"
    return name
