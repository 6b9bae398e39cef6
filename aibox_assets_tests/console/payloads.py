"""Texts that would be markup or script if anything took them for that."""

from __future__ import annotations

from itertools import product
from typing import Final

_TAGS: Final = (
    "<script>{}</script>", "<img src=x onerror={}>", "<svg onload={}>", "<svg><script>{}</script></svg>",
    "<iframe srcdoc='<script>{}</script>'></iframe>", "<body onload={}>", "<input autofocus onfocus={}>",
    "<details open ontoggle={}>", "<video><source onerror={}></video>", "<a href='javascript:{}'>x</a>",
    "<math><mi xlink:href='javascript:{}'>x</mi></math>", "<style>@import 'javascript:{}'</style>",
    "<object data='javascript:{}'></object>", "<form action='javascript:{}'><button>x</button></form>",
    "<template><script>{}</script></template>", "<marquee onstart={}>x</marquee>",
)  # fmt: skip
_AROUND: Final = (
    "{}", "\">{}", "'>{}", "</textarea>{}", "</title>{}", "--></script>{}", "]]>{}", "{{{{{}}}}}", "`}}{}", "%3C{}",
    "&lt;{}", "\u2028{}", "\\u003c{}",
)  # fmt: skip
_CODE: Final = "window.taken=1"
PAYLOADS: Final = tuple(around.format(tag.format(_CODE)) for around, tag in product(_AROUND, _TAGS))
