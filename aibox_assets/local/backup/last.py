"""When a home was backed up last: a line in the home, for whoever asks how it stands."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

FILE: Final = "last-backup.json"


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The last backup that was written and read back. *created*: ISO 8601."""

    path: str
    created: str
    size: int

    @property
    def at(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.created)


def note_backup(home: Path, backup: LastBackup) -> None:
    """Remember it, in place of the one before."""
    temporary = home / f"{FILE}.tmp"
    temporary.write_text(json.dumps(asdict(backup)), encoding="utf-8")
    temporary.replace(home / FILE)


def last_backup(home: Path) -> LastBackup | None:
    """The last one; None where there never was one."""
    try:
        found = LastBackup(**json.loads((home / FILE).read_text(encoding="utf-8")))
        found.at  # noqa: B018  # a moment that cannot be read is none
    except (OSError, ValueError, TypeError):
        return None
    return found
