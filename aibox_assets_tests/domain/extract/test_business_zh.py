"""Which Chinese sentences are about business between two companies."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.proposals.business_zh import may_be_business


@pytest.mark.parametrize(
    ("head", "tail", "sentence", "business"),
    [
        ("京东", "腾讯", "京东和腾讯今天都上涨。", True),
        ("IBM", "联想集团", "联想集团收购了IBM的业务。", True),
        ("Red Hat", "红帽", "作为 IBM 子公司的 Red Hat（红帽）。", True),
        ("Squid", "Falcot 公司", "Falcot 公司选择 Squid 作为其代理服务器。", False),
        ("Debian", "稳定版", "Debian 的每个程序同时有稳定版和测试版。", False),
        ("Apache", "Nginx", "Apache 与 Nginx 竞争。", False),
    ],
)
def test_may_be_business(head: str, tail: str, sentence: str, business: bool) -> None:
    assert may_be_business(head, tail, sentence) is business
