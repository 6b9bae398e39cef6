"""What requests carry in their bodies and addresses: nothing is passed over that is not known."""

from __future__ import annotations

from typing import Annotated

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
    """A dependency: every parameter of the address is one that the page of documentation names.

    :raises ProblemError: 422, with those that the route takes.
    """
    given = dict.fromkeys(request.query_params)
    if not given:
        return
    operations = request.app.openapi()["paths"][template_of(request.scope)]
    operation = operations["get" if request.method == "HEAD" else request.method.lower()]
    known = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
    unknown = [name for name in given if name not in known]
    if unknown:
        raise ProblemError(
            422,
            "malformed",
            f"query.{unknown[0]}: There is no such parameter here.",
            f"There are: {', '.join(known)}." if known else "It takes none.",
        )
