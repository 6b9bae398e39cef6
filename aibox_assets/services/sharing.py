"""Letting others see a file, and no more. Postgres and the graph change together, under the graph's write lock.

A grant is written to Postgres right before the graph's commit, a revocation after it: when anything fails on the way,
a person sees too little, never too much.
"""

from __future__ import annotations

from aibox_assets.domain.errors import PermanentError
from aibox_assets.domain.viewer import EVERYONE
from aibox_assets.resources.platform import Platform


class CannotShareError(PermanentError):
    """The file or the account is not there."""


def share_file(platform: Platform, file_id: str, grantee: str, by: str) -> None:
    """Let *grantee* (an account, or ``EVERYONE``) see a file; may be repeated.

    :param by: who decided it. Whether they may is the caller's to check.
    :raises CannotShareError: there is no such file or account.
    :raises StoreUnavailableError: the graph or Postgres is away; nothing is shared.
    """
    grantee = _require(platform, file_id, grantee)
    added = False

    def grant() -> None:
        nonlocal added
        added = platform.grants.add(file_id, grantee, by) or added

    try:
        platform.graph.set_readers(
            lambda: {file_id: sorted({*platform.grants.readers([file_id]).get(file_id, ()), grantee})},
            guard=grant,
        )
    except BaseException:
        if added:
            platform.grants.remove(file_id, grantee)
        raise


def unshare_file(platform: Platform, file_id: str, grantee: str) -> None:
    """Take that back; may be repeated, also of a file or an account that is gone.

    :raises StoreUnavailableError: the graph is away, and the file is shared as before; or Postgres is, and the
        graph shows it no more while search still does: do it again.
    """
    account = platform.accounts.get(grantee) if grantee != EVERYONE else None
    grantee = account.name if account is not None else grantee
    platform.graph.set_readers(
        lambda: {file_id: sorted({*platform.grants.readers([file_id]).get(file_id, ())} - {grantee})},
        finish=lambda: platform.grants.remove(file_id, grantee),
    )


def _require(platform: Platform, file_id: str, grantee: str) -> str:
    """Who the grantee is, as its account is spelled."""
    if file_id not in platform.files.get([file_id]):
        raise CannotShareError(f"There is no file {file_id!r}.", "'aibox files' lists them.")
    if grantee == EVERYONE:
        return grantee
    account = platform.accounts.get(grantee)
    if account is None:
        raise CannotShareError(f"There is no account {grantee!r}.", "'aibox users' lists them.")
    return account.name
