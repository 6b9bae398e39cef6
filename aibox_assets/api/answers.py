"""The shape of every answer: ``{"success": true, "data": …, "message": …}``."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")


class Answer(BaseModel, Generic[T]):
    """What a request that went well is answered with."""

    success: Literal[True] = True
    data: T
    message: str = Field("", description="What there is to say to a person.")


class Page(BaseModel, Generic[T]):
    """Some of many."""

    items: list[T]
    next: str | None = Field(None, description="`cursor` of the next page; null on the last one.")


class Problem(BaseModel):
    """What a request that failed is answered with: the fields of RFC 9457, and our own."""

    model_config = ConfigDict(json_schema_extra={"description": "As `application/problem+json`."})

    success: Literal[False] = False
    data: None = None
    message: str = Field(description="Reason and remedy, for a person.")
    code: str = Field(description="Which problem it is; stable, for programs.")
    remedy: str = Field(description="What to do about it.")
    type: str = Field(description="The problem's page in the documentation.")
    title: str
    status: int
    detail: str = Field(description="The reason.")
    instance: str = Field(description="The path that was asked.")
    request_id: str = Field(description="By which the log knows this request.")
    errors: list[dict[str, str]] = Field(default_factory=list, description="Where the request is malformed.")
