"""Which parts of a web page are not its content: navigation, menus, banners, footers, dialogs.

By what the page says of itself (elements, roles, names of classes), never by a guess about a text; a page that
says so of nearly all of its text is not believed.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

_TAGS = frozenset(["nav", "footer", "dialog", "menu"])
_ROLES = frozenset(
    [
        "navigation",
        "banner",
        "contentinfo",
        "search",
        "menu",
        "menubar",
        "toolbar",
        "dialog",
        "alertdialog",
        "doc-toc",
        "doc-pagefooter",
        "doc-pageheader",
    ]
)
# Whole names, as they are left after their parts are joined: ``site-nav`` and ``siteNav`` are ``sitenav``.
_NAMES = re.compile(
    r"(?:site|page|main|global|top|bottom|left|right|primary|secondary|doc|sphinx|mobile|local|sub|user|wy)?"
    r"(?:nav(?:bar|igation|menu|header|footer|box|side|list|links)?|menu(?:bar|list)?|sidenav|"
    r"foot(?:er)?(?:nav|links|menu|wrapper|container)?|masthead|banner|topbar|toolbar)"
    r"|breadcrumbs?(?:list|nav)?|skip(?:link|links|nav|tocontent|tomain|navigation)?|cookie(?:s|banner|consent|notice|bar)?|consent(?:banner)?|"
    r"(?:social|share|sharing)(?:links|buttons|bar|icons|media|tools)?|(?:ad|ads|advert|advertisement|sponsored)|"
    r"(?:newsletter|subscribe|signup)(?:form|box|banner)?|paywall|popup|modal|related(?:posts|articles|links|stories)|"
    r"pag(?:er|ination|inator)|prevnext|headerlink|anchorlink|permalink|editsection|mweditsection|printfooter|"
    r"catlinks|jumptonav|screenreadertext|visuallyhidden|sronly|noprint|copyright"
)
# These may name content, too: believed where nearly all of it are links.
_NAMES_OF_LINKS = re.compile(
    r"(?:site|page)?(?:toc|contents|tableofcontents|toctree(?:wrapper)?|(?:left|right|sphinx)?sidebar(?:wrapper)?|header|related|links|tabs)"
)
_MOSTLY_LINKS = 0.7
# So much text outside of links is an author's, whatever the box is called.
_MOST_PROSE = 1_000
_SEPARATORS = re.compile(r"[-_]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_MOST_NAMES_CHARS = 500
_INSET_TAGS = frozenset(["aside", "blockquote", "figure", "td", "th", "details"])
_INSETS = frozenset(
    ["note", "tip", "warning", "important", "caution", "danger", "attention", "hint", "admonition", "sidebar"]
)
# The same word names what belongs to a section: only outside of one is it the page's.
_OF_PAGE = frozenset(["header", "aside"])
_SECTIONS = frozenset(["article", "main", "section", "blockquote", "figure"])
_MOST_OF_PAGE = 0.5
_MAIN_AT_LEAST = 0.3


def find_boilerplate(body: Any, unseen: frozenset[str]) -> set[Any]:
    """The elements of *body* that are not content. In one walk over the tree, of whatever depth.

    :param unseen: tags that no reader sees.
    """
    found: list[tuple[Any, int]] = []
    mains: list[tuple[Any, int]] = []
    counts = [0]  # characters outside of links, by open element
    linked = [0]  # and in links
    titled = [False]  # whether a first heading stands in it
    links = sections = 0
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            counts.append(0)
            linked.append(0)
            titled.append(tag == "h1")
            if tag in unseen:
                walk.skip_subtree()
                continue
            links += tag == "a"
            sections += tag in _SECTIONS
            (linked if links else counts)[-1] += _length(element.text)
            continue
        count, of_links, has_title = counts.pop(), linked.pop(), titled.pop()
        titled[-1] |= has_title
        if tag not in unseen:
            links -= tag == "a"
            sections -= tag in _SECTIONS
            if tag == "main" or element.get("role") == "main":
                mains.append((element, count))
            elif element is not body and _is_named(
                element,
                tag,
                of_page=not sections and not has_title,
                is_prose=count > max(_MOST_PROSE, 4 * of_links),
                mostly_links=of_links >= _MOSTLY_LINKS * (of_links + count),
            ):
                found.append((element, count))
                count = of_links = 0
        counts[-1] += count
        linked[-1] += of_links
        (linked if links else counts)[-1] += _length(element.tail)
    content = counts[0]
    boilerplate = {element for element, count in found if count <= _MOST_OF_PAGE * (content + count)}
    if len(mains) == 1 and mains[0][1] >= _MAIN_AT_LEAST * content:
        boilerplate.update(_around(mains[0][0], body))
    return boilerplate


def _is_named(element: Any, tag: str, *, of_page: bool, is_prose: bool, mostly_links: bool) -> bool:
    if tag in _TAGS or (tag in _OF_PAGE and of_page):
        return True
    if not element.attrib or is_prose:
        return False
    role = element.get("role")
    if role in _ROLES or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if _HIDDEN.search(element.get("style", "")):
        return True
    return any(
        _NAMES.fullmatch(name) or (mostly_links and _NAMES_OF_LINKS.fullmatch(name))
        for name in _names_of(element)
    )


def is_inset(element: Any) -> bool:
    """Whether *element* is a note beside the text, whose heading is none of what follows it."""
    return element.tag in _INSET_TAGS or any(name in _INSETS for name in _names_of(element))


def _names_of(element: Any) -> list[str]:
    names = (element.get("class", "") + " " + element.get("id", ""))[:_MOST_NAMES_CHARS].split()
    return [_SEPARATORS.sub("", name).lower() for name in names]


def _around(main: Any, body: Any) -> list[Any]:
    """The elements beside *main* and beside what holds it."""
    around = []
    while main is not body and main is not None:
        around.extend(main.itersiblings())
        around.extend(main.itersiblings(preceding=True))
        main = main.getparent()
    return around


def _length(text: str | None) -> int:
    return len(text.strip()) if text else 0
