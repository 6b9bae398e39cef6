"""The API with a certificate: over TLS only, and its cookie too."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import httpx
import pytest

from aibox_assets.api.identity import SESSION_COOKIE
from aibox_assets.client import AIBox
from aibox_assets.resources.platform import Platform
from aibox_assets.services.api_keys import make_key
from aibox_assets.settings import Settings
from aibox_assets_tests.api.conftest import PASSWORD

pytestmark = pytest.mark.integration


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    request = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1")
    names = ("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate))
    subprocess.run(["openssl", *request, *names], check=True, capture_output=True)
    return settings.model_copy(update={"tls_certificate": certificate, "tls_key": key})


def test_it_speaks_tls_only(api: str, platform: Platform, settings: Settings) -> None:
    secure = api.replace("http://", "https://")
    trusted = ssl.create_default_context(cafile=str(settings.tls_certificate))
    assert httpx.get(f"{secure}/health/live", verify=trusted, trust_env=False, timeout=60).status_code == 200
    with AIBox(secure, make_key(platform, "eve", "k")[0], verify=trusted) as eve:
        assert eve.me()["name"] == "eve"
    with httpx.Client(trust_env=False, timeout=60) as client, pytest.raises(httpx.TransportError):
        client.get(f"{secure}/health/live")  # a certificate that nobody trusts
    with httpx.Client(trust_env=False, timeout=60) as client, pytest.raises(httpx.TransportError):
        client.get(f"{api}/health/live")


def test_the_cookie_never_goes_without_it(api: str, settings: Settings) -> None:
    secure = api.replace("http://", "https://")
    trusted = ssl.create_default_context(cafile=str(settings.tls_certificate))
    with httpx.Client(base_url=secure, verify=trusted, trust_env=False, timeout=60) as browser:
        body = {"name": "eve", "password": PASSWORD}
        answer = browser.post("/login", data=body, headers={"Origin": secure})
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith(f"{SESSION_COOKIE}=")
        assert "Secure" in cookie
        assert browser.post("/login", data=body, headers={"Origin": api}).status_code == 403
