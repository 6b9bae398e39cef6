"""What requests carry in their bodies and addresses: nothing is passed over that is not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Request
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict

from aibox_assets.api.middleware import template_of
from aibox_assets.api.problems import ProblemError


class Body(BaseModel):
    """A body whose fields are all known: a filter with a mistyped name would else mean more files than was thought."""

    model_config = ConfigDict(extra="forbid")


def _no_number(value: object) -> object:
    if isinstance(value, int | float) or (isinstance(value, str) and value.strip().isdecimal()):
        raise ValueError("a number is no moment; write it as 2026-01-31T00:00:00Z")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_no_number)]
"""With its zone. A number would be seconds since 1970: ``2026`` is meant as a year."""


def refuse_unknown_parameters(request: Request) -> None:
    """A dependency: every parameter of the address is one that the page of documentation names, and is there once, or
    takes several values.

    :raises ProblemError: 422, with those that the route takes.
    """
    given = dict.fromkeys(request.query_params)
    if not given:
        return
    operation = request.app.openapi()["paths"][template_of(request.scope)][request.method.lower()]
    known = {
        each["name"]: each["schema"] for each in operation.get("parameters", ()) if each["in"] == "query"
    }
    for name in given:
        if name not in known:
            raise ProblemError(
                422,
                "malformed",
                f"query.{name}: There is no such parameter here.",
                f"There are: {', '.join(known)}." if known else "It takes none.",
            )
        if len(request.query_params.getlist(name)) > 1 and not _is_list(known[name]):
            raise ProblemError(
                422, "malformed", f"query.{name}: It is there more than once.", "Send it once, or ask twice."
            )


def _is_list(schema: Mapping[str, Any]) -> bool:
    return any(each.get("type") == "array" for each in (schema, *schema.get("anyOf", ())))
