"""Documents to text with places. The parsers' libraries load when a file first needs them."""

from aibox_assets.domain.parse.document import parse_document
from aibox_assets.domain.parse.limits import ParseLimits

__all__ = ["ParseLimits", "parse_document"]
