"""E-mail (RFC 5322): who, when, what about, and the body; attachments by name only."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import cast

from aibox_assets.domain.decode import decode_text
from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.builder import DocumentBuilder
from aibox_assets.domain.parse.source import SourceFile
from aibox_assets.domain.parse.web import add_html

_SHOWN_HEADERS = ("Subject", "From", "To", "Cc", "Date")


def parse(source: SourceFile) -> ParsedDocument:
    """A block of headers, the body (plain text before HTML) under the subject, the attachments' names."""
    message = BytesParser(policy=policy.default).parsebytes(source.data)
    builder = DocumentBuilder(source)
    headers = [(title, " ".join(str(message.get(title) or "").split())) for title in _SHOWN_HEADERS]
    builder.open_heading(1, headers[0][1])
    builder.add("\n".join(f"{title}: {value}" for title, value in headers if value))
    body = message.get_body(preferencelist=("plain", "html"))
    encoding = _add_body(builder, cast(EmailMessage, body)) if body is not None else None
    names = [part.get_filename() or part.get_content_type() for part in message.iter_attachments()]
    if names:
        builder.add(f"Attachments: {', '.join(names)}")
        builder.warnings.append("Attachments are named but not read; save them as files of their own.")
    return builder.finish(encoding)


def _add_body(builder: DocumentBuilder, body: EmailMessage) -> str | None:
    payload = body.get_payload(decode=True)
    decoded = decode_text(payload, body.get_content_charset()) if isinstance(payload, bytes) else None
    if decoded is None or decoded.doubtful:
        builder.warnings.append("The body is not text in any encoding we know, and was left out.")
        return None
    builder.warnings.extend(decoded.warnings)
    if body.get_content_type() == "text/html":
        add_html(builder, decoded.text)
    else:
        builder.add(decoded.text)
    return decoded.encoding
