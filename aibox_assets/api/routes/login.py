"""The page on which a person signs in with a browser, and gets the cookie that the other pages ask for."""

from __future__ import annotations

import base64
import contextlib
import hashlib
from html import escape
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from aibox_assets.api.identity import LANGUAGE_COOKIE, SESSION_COOKIE, PlatformOf, require_own_page
from aibox_assets.api.problems import ProblemError
from aibox_assets.api.routes.auth import limit_logins
from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.services import signing_in
from aibox_assets.services.signing_in import SESSION_HOURS, NotSignedInError

router = APIRouter()

START: Final = "/"
"""Where one goes that came from nowhere: to the console."""
_PAGE: Final = Path(__file__).with_name("login.html").read_text(encoding="utf-8")
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;place-items:center;min-height:100vh;"
    "background:#f4f5f7;color:#1d2330}main{box-sizing:border-box;width:min(24rem,92vw);padding:2rem;background:#fff;border-radius:12px;"
    "box-shadow:0 2px 16px #0002}h1{margin:0 0 1rem;font-size:1.4rem}label{display:block;margin:0 0 1rem}"
    "input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.5rem;border:1px solid #8a93a6;"
    "border-radius:6px}button{font:inherit;width:100%;padding:.6rem;border:0;border-radius:6px;"
    "background:#2450b2;color:#fff}[role=alert]{color:#a3151f}"
    "@media(prefers-color-scheme:dark){body{background:#11141a;color:#e8eaf0}main{background:#1b2029}"
    "input{background:#11141a;color:inherit}[role=alert]{color:#ff8a8f}}"
)
_DIGEST: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS: Final = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_DIGEST}'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    )
}
_WORDS: Final = {
    "en": (
        "Name",
        "Password",
        "Sign in",
        "Name or password is wrong.",
        "Too many tries. Wait a minute.",
        "A part of the installation does not answer. Try again soon.",
    ),
    "zh-Hant": (
        "帳號",
        "密碼",
        "登入",
        "帳號或密碼錯誤。",
        "嘗試次數過多，請稍候一分鐘。",
        "系統的一部分沒有回應，請稍後再試。",
    ),
    "zh-Hans": (
        "账号",
        "密码",
        "登录",
        "账号或密码错误。",
        "尝试次数过多，请稍候一分钟。",
        "系统的一部分没有应答，请稍后再试。",
    ),
}
_HANS: Final = ("zh-cn", "zh-sg", "zh-hans")

Text = Annotated[str, Form(max_length=1000)]


@router.get("/login")
def show(request: Request, next: str = START) -> HTMLResponse:
    """The page."""
    return _page(request, next)


@router.post("/login")
def sign_in(
    request: Request, platform: PlatformOf, name: Text, password: Text, next: Text = START
) -> Response:
    """Take name and password, and go where the person wanted to."""
    require_own_page(request)
    words = _WORDS[_language(request)]
    try:
        limit_logins(platform, request, name)
        session = signing_in.start_session(platform, name, password)
    except NotSignedInError:
        return _page(request, next, words[3], name, 401)
    except ProblemError as error:
        return _page(request, next, words[4], name, error.status)
    except StoreUnavailableError:
        return _page(request, next, words[5], name, 503)
    platform.accounts.record(name, "login", request_id=request.state.request_id)
    response = RedirectResponse(_own_path(next), 303)
    response.set_cookie(
        SESSION_COOKIE,
        session,
        max_age=SESSION_HOURS * 3600,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return response


@router.post("/logout")
def sign_out(request: Request, platform: PlatformOf) -> Response:
    """End what the cookie opened."""
    require_own_page(request)
    if session := request.cookies.get(SESSION_COOKIE):
        with contextlib.suppress(NotSignedInError):  # it was over already
            signing_in.end_session(platform, session)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(SESSION_COOKIE)
    return response


def _page(request: Request, next_: str, notice: str = "", name: str = "", status: int = 200) -> HTMLResponse:
    language = _language(request)
    words = _WORDS[language]
    page = _PAGE.format(
        lang=language,
        style=_STYLE,
        notice=f'<p role="alert">{escape(notice)}</p>' if notice else "",
        next=escape(_own_path(next_)),
        name_label=words[0],
        password_label=words[1],
        button=words[2],
        name=escape(name),
        first="" if name else "autofocus ",
        again="autofocus " if name else "",
    )
    return HTMLResponse(
        page, status, {**_HEADERS, "Content-Language": language, "Vary": "Accept-Language, Cookie"}
    )


def _language(request: Request) -> str:
    """As the person chose it on the other pages, else the first that the browser asks for and that there is."""
    if (chosen := request.cookies.get(LANGUAGE_COOKIE, "")) in _WORDS:
        return chosen
    for part in request.headers.get("accept-language", "").lower().split(","):
        asked = part.partition(";")[0].strip()
        if asked.startswith("zh"):
            return "zh-Hans" if asked.startswith(_HANS) or asked == "zh" else "zh-Hant"
        if asked.startswith("en"):
            return "en"
    return "en"


def _own_path(text: str) -> str:
    """A path of this host; a link must not lead elsewhere with the help of this page."""
    parts = urlsplit(text)
    plain = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    return text if plain and not parts.scheme and not parts.netloc else START
