"""``aibox users`` and ``aibox keys``: who may sign in over HTTP, and with which keys programs do."""

from __future__ import annotations

import re
import secrets
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import typer

from aibox_assets.cli import remote
from aibox_assets.cli.console import Json, clean, fail, out, print_json, print_table, reported_errors
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.accounts import Account, ApiKey, Role

users_app = typer.Typer(help="Who may sign in over HTTP.", no_args_is_help=True)
keys_app = typer.Typer(help="Keys that programs sign in with.", no_args_is_help=True)

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

Name = Annotated[str, typer.Argument(help="The account, as 'aibox users list' shows it.")]
RoleOption = Annotated[Role | None, typer.Option(help="What it may do.")]
Stdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input, not from a person.")
]
Generate = Annotated[bool, typer.Option("--generate", help="Choose a password, and print it once.")]


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.add_typer(users_app, name="users")
    app.add_typer(keys_app, name="keys")


@users_app.command("list")
def list_users(json: Json = False) -> None:
    """All accounts: those that sign in, and those that only own a folder of files."""
    with reported_errors(json):
        accounts = remote.here().accounts.select()
    if json:
        print_json([describe(account) for account in accounts])
        return
    rows = [(clean(account.name), account.role, _state(account)) for account in accounts]
    print_table("Accounts", ("name", "role", "signs in"), rows, "There are none yet.")


@users_app.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="Its name, which is its folder in the inbox, too.")],
    role: Annotated[Role, typer.Option(help="What it may do.")] = Role.EDITOR,
    password_stdin: Stdin = False,
    generate: Generate = False,
    json: Json = False,
) -> None:
    """Make an account that can sign in, or let the owner of a folder do so."""
    from aibox_assets.services.accounts import check_name, make_account

    with reported_errors(json):
        check_name(name)
        platform = remote.here()
        password = _password(password_stdin, generate, json)
        make_account(platform, name, role, password)
        _record(platform, "user.add", name, role=role)
        account = platform.accounts.get(name)
    _show(account, f"[green]Added[/]: {clean(name)} ({role}).", password if generate else None, json)


@users_app.command("set")
def set_user(
    name: Name,
    role: RoleOption = None,
    disabled: Annotated[
        bool | None, typer.Option("--disable/--enable", help="Whether it can sign in.")
    ] = None,
    json: Json = False,
) -> None:
    """Change an account; all of its logins end."""
    with reported_errors(json):
        if role is None and disabled is None:
            raise ConfigurationError("Nothing is to be changed.", "Say --role, --disable or --enable.")
        account = _change(name, role=role, disabled=disabled)
    _show(account, f"[green]Changed[/]: {clean(name)} is {account.role}, {_state(account)}.", None, json)


@users_app.command("disable")
def disable_user(name: Name, json: Json = False) -> None:
    """Let an account in no more, by no login and no key; its files stay."""
    with reported_errors(json):
        account = _change(name, disabled=True)
    _show(
        account,
        f"[green]Disabled[/]: {clean(name)}. 'aibox users set --enable' lets it in again.",
        None,
        json,
    )


@users_app.command("password")
def set_password(
    name: Name, password_stdin: Stdin = False, generate: Generate = False, json: Json = False
) -> None:
    """Give an account a new password; all of its logins end."""
    with reported_errors(json):
        if remote.here().accounts.get(name) is None:
            raise ConfigurationError(f"There is no account {name}.", "See 'aibox users list'.")
        password = _password(password_stdin, generate, json)
        account = _change(name, password=password)
    _show(
        account, f"[green]Changed[/]: {clean(name)} has a new password.", password if generate else None, json
    )


@keys_app.command("list")
def list_keys(
    user: Annotated[str | None, typer.Option(help="Only those of an account.")] = None, json: Json = False
) -> None:
    """All keys, without what they are: that is shown once, when one is made."""
    with reported_errors(json):
        keys = remote.here().accounts.keys(user)
    if json:
        print_json(keys)
        return
    rows = [
        (key.id, clean(key.name), clean(key.account), key.role, " ".join(key.scopes), _ends(key))
        for key in keys
    ]
    print_table("Keys", ("id", "name", "account", "role", "scopes", "ends"), rows, "There are none.")


@keys_app.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    user: Annotated[str, typer.Option(help="Whose eyes and rights it has.")] = "admin",
    role: RoleOption = None,
    scopes: Annotated[str, typer.Option(help="Areas of the API, separated by ','; '*' is all.")] = "*",
    expires: Annotated[
        str | None,
        typer.Option(help="When it ends: '30d', '12h', or a date as 2030-01-31; never by default."),
    ] = None,
    json: Json = False,
) -> None:
    """Make a key for a program, and print it once; send it as 'Authorization: Bearer KEY'."""
    from aibox_assets.services.api_keys import make_key

    with reported_errors(json):
        platform = remote.here()
        areas = tuple(part.strip() for part in scopes.split(",") if part.strip())
        end = None if expires is None else read_end(expires, datetime.now(UTC))
        secret, key = make_key(platform, user, name, role=role, scopes=areas, expires_at=end)
        _record(platform, "key.add", key.id, account=user, role=key.role)
    if json:
        print_json({"key": secret, "id": key.id, "account": user, "role": key.role, "scopes": key.scopes,
                    "expires_at": end})  # fmt: skip
    else:
        out.print(secret, markup=False, highlight=False, soft_wrap=True)


@keys_app.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As 'aibox keys list' shows it.")],
    json: Json = False,
) -> None:
    """End a key, at once."""
    with reported_errors(json):
        platform = remote.here()
        revoked = platform.accounts.revoke_key(key_id)
        if revoked:
            _record(platform, "key.revoke", key_id)
    if not revoked:
        fail(f"No key {key_id} is in force.", "'aibox keys list' shows them.", as_json=json, status=1)
    if json:
        print_json({"id": key_id, "revoked": True})
    else:
        out.print(f"[green]Revoked[/]: {clean(key_id)}.")


def describe(account: Account) -> dict[str, Any]:
    """The JSON of an account: nothing of its password."""
    return {
        "name": account.name,
        "role": account.role,
        "can_sign_in": account.password_hash is not None and account.disabled_at is None,
        "disabled": account.disabled_at is not None,
        "created_at": account.created_at,
    }


def read_end(text: str, now: datetime) -> datetime:
    """When a key ends: so long after *now*, or at the end of a day or moment (UTC where it names no zone).

    :raises ConfigurationError: it says neither, or is over already.
    """
    try:
        if match := re.fullmatch(r"(\d{1,5})([mhdw])", text):
            end = now + timedelta(**{_UNITS[match[2]]: int(match[1])})
        else:
            end = datetime.fromisoformat(text)
            end = end if end.tzinfo else end.replace(tzinfo=UTC)
            end += timedelta(days=1) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else timedelta()
    except (ValueError, OverflowError) as error:
        raise ConfigurationError(f"{text!r} is no end.", "Write it as 30d, 12h, or 2030-01-31.") from error
    if end <= now:
        raise ConfigurationError(f"{text} is over already.", "Take a later end.")
    return end


def _change(
    name: str, *, role: Role | None = None, password: str | None = None, disabled: bool | None = None
) -> Account:
    from aibox_assets.services.accounts import change_account

    platform = remote.here()
    account = change_account(platform, name, role=role, password=password, disabled=disabled)
    given = {"role": role, "password": password, "disabled": disabled}
    _record(platform, "user.change", name, changed=[key for key, value in given.items() if value is not None])
    return account


def _password(from_stdin: bool, generate: bool, as_json: bool) -> str:
    if generate:
        return secrets.token_urlsafe(15)
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if as_json or not sys.stdin.isatty():
        raise ConfigurationError("A password is needed.", "Say --password-stdin, or --generate.")
    entered: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return entered


def _record(platform: Platform, action: str, subject: str, **data: object) -> None:
    """Into the audit log; it was done by who is let in by the operating system, not by an account."""
    platform.accounts.record(OPERATOR.name, action, subject, data=data)


def _show(account: Account | None, said: str, password: str | None, as_json: bool) -> None:
    if as_json:
        shown = describe(account) if account is not None else {}
        print_json(shown | ({"password": password} if password else {}))
        return
    out.print(said)
    if password:
        out.print(password, markup=False, highlight=False)


def _state(account: Account) -> str:
    if account.disabled_at is not None:
        return "disabled"
    return "yes" if account.password_hash else "no"


def _ends(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "never" if key.expires_at is None else f"{key.expires_at:%Y-%m-%d %H:%M}"
