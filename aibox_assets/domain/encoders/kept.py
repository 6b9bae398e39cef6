"""What is made of a model once per machine and kept for all processes: where it lies, and who makes it."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aibox_assets.domain.errors import ConfigurationError


def kept_folder(kind: str) -> Path:
    """The folder of *kind*, beside the hub's cache (``HF_HOME``)."""
    from huggingface_hub import constants

    return Path(constants.HF_HOME) / f"aibox-{kind}"


def keep_once(folder: Path, make: Callable[[Path], None], title: str) -> None:
    """Have *folder*, whole, made by *make* where it is not there: in a draft beside it, by one process at a time.

    :param make: gets the empty draft.
    :param title: of what is made, for people.
    :raises ConfigurationError: it cannot be written.
    """
    if folder.is_dir():
        return
    with locked_for_making(folder, title):
        if folder.is_dir():
            return
        draft = folder.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)  # what a crash left
        try:
            draft.mkdir()
            make(draft)
            draft.rename(folder)
        except OSError as error:
            raise _cannot_be_kept(folder, title, error) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def locked_for_making(kept: Path, title: str) -> Iterator[int]:
    """Hold the lock of whoever makes *kept*; its file descriptor, for a child that shall hold it, too.

    :raises ConfigurationError: its folder cannot be written.
    """
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        lock = kept.with_suffix(".lock").open("w")
    except OSError as error:
        raise _cannot_be_kept(kept, title, error) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def _cannot_be_kept(kept: Path, title: str, error: OSError) -> ConfigurationError:
    return ConfigurationError(
        f"{title} cannot be kept in {kept.parent}: {error.strerror}.",
        "Set HF_HOME to a folder with a gigabyte of room that can be written.",
    )
