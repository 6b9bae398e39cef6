"""Accounts whose names differ in their spelling only (é as one character or as two) become one."""

import unicodedata
from collections import defaultdict

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Connection

revision = "0018"
down_revision = "0017"

_NAMES = {
    "accounts": ("name",),  # renames its files, work, keys, tokens and webhooks, too
    "file_events": ("owner_id",),
    "grants": ("grantee", "granted_by"),
    "jobs": ("owner_id", "asked_by"),
    "name_decisions": ("author", "undone_by"),
}
_OWNED = {
    "api_keys": "account",
    "files": "owner_id",
    "refresh_tokens": "account",
    "webhooks": "account",
    "work": "owner_id",
}


def upgrade() -> None:
    """From the revision before."""
    connection = op.get_bind()
    alike: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for name, signs_in in connection.execute(
        sa.text("SELECT name, password_hash IS NOT NULL FROM aibox.accounts ORDER BY name")
    ):
        alike[unicodedata.normalize("NFC", name)].append((name, signs_in))
    for composed, found in alike.items():
        people = [name for name, signs_in in found if signs_in]
        if len(people) > 1 or [name for name, _ in found] == [composed]:
            continue  # two that can sign in may be two people: neither sees what is the other's
        names = [name for name, _ in found]
        kept = people[0] if people else composed if composed in names else names[0]
        for name in names:
            if name != kept:
                _merge(connection, name, kept)
        if kept != composed:
            _rename(connection, kept, composed)


def downgrade() -> None:
    """Back to the revision before: nothing tells which name was spelled how, and nothing needs to."""


def _merge(connection: Connection, name: str, kept: str) -> None:
    """What was one account's is another's; who could sign in as the first is nobody."""
    _make_graph_again(connection, name)
    connection.execute(
        sa.text(
            """DELETE FROM aibox.grants g USING aibox.grants k
            WHERE g.grantee = :name AND k.grantee = :kept AND k.file_id = g.file_id"""
        ),
        {"name": name, "kept": kept},
    )
    for table, column in _OWNED.items():
        _replace(connection, table, column, name, kept)
    for table, columns in _NAMES.items():
        for column in columns if table != "accounts" else ():
            _replace(connection, table, column, name, kept)
    connection.execute(sa.text("DELETE FROM aibox.accounts WHERE name = :name"), {"name": name})


def _rename(connection: Connection, name: str, composed: str) -> None:
    for table, columns in _NAMES.items():
        for column in columns:
            _replace(connection, table, column, name, composed)
    _make_graph_again(connection, composed)


def _make_graph_again(connection: Connection, owner: str) -> None:
    """The graph has the name of each file's owner, and of those who see it."""
    seen = (
        "SELECT id FROM aibox.files WHERE owner_id = :owner "
        "UNION SELECT file_id FROM aibox.grants WHERE grantee = :owner"
    )
    made = "asset = 'kg_triples' AND state = 'finished'"
    connection.execute(
        sa.text(
            f"""UPDATE aibox.files SET status = 'queued' WHERE status = 'finished' AND id IN ({seen})
            AND id IN (SELECT file_id FROM aibox.work WHERE {made})"""  # noqa: S608
        ),
        {"owner": owner},
    )
    connection.execute(
        sa.text(
            f"UPDATE aibox.work SET state = 'queued', made = NULL WHERE {made} AND file_id IN ({seen})"  # noqa: S608
        ),
        {"owner": owner},
    )


def _replace(connection: Connection, table: str, column: str, old: str, new: str) -> None:
    connection.execute(
        sa.text(f"UPDATE aibox.{table} SET {column} = :new WHERE {column} = :old"),  # noqa: S608
        {"new": new, "old": old},
    )
