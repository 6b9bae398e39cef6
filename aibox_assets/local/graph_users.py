"""The embedded graph server's users: the one who may do everything, and one who may only read.

The server reads them at its start from two files of its own format; over Bolt they cannot be made.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import Any, Final

from aibox_assets.stores.graph_records import GraphAddress

_ITERATIONS: Final = 65_536
_MAY: Final = ("createRecord", "readRecord", "updateRecord", "deleteRecord")


def add_reader(folder: Path, owner: GraphAddress) -> None:
    """Add the reader to the users in *folder*, before the server starts; may be repeated, also with a home of old."""
    folder.mkdir(exist_ok=True)
    groups, users = folder / "server-groups.json", folder / "server-users.jsonl"
    rights = json.loads(groups.read_text()) if groups.exists() else _rights()
    known = rights["databases"]["*"]["groups"]
    reader = owner.reader()
    if known.get(reader.user) != _group(("readRecord",), ()):
        known[reader.user] = _group(("readRecord",), ())
        _replace(groups, json.dumps(rights, indent=2))
    lines = users.read_text().splitlines() if users.exists() else [_user(owner, "admin")]
    if not any(json.loads(line)["name"] == reader.user for line in lines if line.strip()):
        _replace(users, "\n".join([*lines, _user(reader, reader.user)]) + "\n")


def _rights() -> dict[str, Any]:
    """As the server makes them itself where there are none."""
    admin = _group(_MAY, ("updateSecurity", "updateSchema", "updateDatabaseSettings"))
    return {"databases": {"*": {"groups": {"admin": admin, "*": _group((), ())}}}, "version": 2}


def _group(records: tuple[str, ...], access: tuple[str, ...]) -> dict[str, Any]:
    types = {"*": {"access": list(records)}}
    return {"resultSetLimit": -1, "readTimeout": -1, "access": list(access), "types": types}


def _user(address: GraphAddress, group: str) -> str:
    salt = base64.b64encode(os.urandom(32)).decode()
    key = hashlib.pbkdf2_hmac("sha256", address.password.encode(), salt.encode(), _ITERATIONS, 32)
    password = f"PBKDF2WithHmacSHA256${_ITERATIONS}${salt}${base64.b64encode(key).decode()}"
    return json.dumps({"name": address.user, "databases": {"*": [group]}, "password": password})


def _replace(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    new.replace(path)
