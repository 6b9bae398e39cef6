"""Names of a drawing, as a real browser draws them: whole, and inside of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import nicegui
import pytest
from playwright.sync_api import Browser, Page, Route

from aibox_assets.console.pages.graph.drawing import FEW, Drawing, chart_options
from aibox_assets_tests.console.test_drawing import edge
from aibox_assets_tests.integration.browsing import open_browser

pytestmark = pytest.mark.integration

SITE = "http://console.test"
FILES = Path(nicegui.__file__).parent
PAGE = """<style>body {margin: 0} .console-graph {width: 100vw; height: 600px}</style><div class="console-graph"></div>
<script type="module">
import { echarts } from "/elements/echart/dist/index.js";
import { convertDynamicProperties } from "/static/utils/dynamic_properties.js";
const options = OPTIONS;
convertDynamicProperties(options, true);
window.chart = echarts.init(document.querySelector(".console-graph"));
window.addEventListener("resize", () => chart.resize());
chart.setOption({...options, animation: false});
</script>"""
DRAWN = """() => {
  chart.setOption({series: [{}]});
  const texts = chart.getZr().storage.getDisplayList(true).filter(each => each.style.text && !each.ignore);
  return texts.map(each => {
    const rect = each.getBoundingRect().clone();
    rect.applyTransform(each.getComputedTransform() ?? [1, 0, 0, 1, 0, 0]);
    return [each.style.text, Math.round(rect.x), Math.round(rect.x + rect.width), rect.y];
  });
}"""
TIP = "() => chart.getZr().storage.getDisplayList(true).some(each => each.style.text === 'SAID')"
ON_THE_LINE = """() => {
  const line = chart.getZr().storage.getDisplayList(true).find(each => each.type === "ec-line");
  return line.transformCoordToGlobal(...line.pointAt(0.5));
}"""
WORDS = {"LIVES_IN": "住在", "Person": "人物", "Location": "地点"}
NAMES = (
    "The Worshipful Company of Makers of Very Long Names That No Telephone Has Ever Shown to Anybody in One Line",
    "中华人民共和国国家发展和改革委员会产业经济与技术经济研究所以及一切与之相关的、名称同样很长的单位的联合会议秘书处",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsversammlungsprotokollführer",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def draw(page: Page, drawing: Drawing) -> None:
    shown = drawing.shown()
    drawing.arrange(shown)
    html = PAGE.replace(
        "OPTIONS", json.dumps(chart_options(drawing, shown, "", WORDS.__getitem__, WORDS.__getitem__))
    )

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(SITE).partition("?")[0]
        if path == "/":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(path=FILES / path.lstrip("/"), content_type="text/javascript")

    page.route(f"{SITE}/**", serve)
    page.goto(SITE)
    page.wait_for_function("window.chart")


@pytest.mark.parametrize("others", [1, FEW + 3])
@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_wider_than_the_drawing_is_whole(browser: Browser, name: str, others: int) -> None:
    drawing = Drawing()
    drawing.add(edge(f"Ida {n}", "LIVES_IN", name) for n in range(others))
    page = browser.new_page(viewport={"width": 320, "height": 640})
    draw(page, drawing)
    for width in (320, 320, 390, 1600, 320):
        page.set_viewport_size({"width": width, "height": 640})
        for _ in range(3):
            page.wait_for_timeout(100)
            drawn = page.evaluate(DRAWN)
            assert [each for each in drawn if each[1] < 0 or each[2] > width] == [], width
            lines = [text for text, *_ in drawn]
            assert "".join(lines).replace(" ", "").count(name.replace(" ", "")) == 1, (width, lines)
            heights = sorted(y for text, _, _, y in drawn if text in name)
            assert all(below - above > 11 for above, below in pairwise(heights)), "no line on another"
            if width == 1600:
                assert name in lines, "in one line where there is room"
    page.close()


def test_what_the_pointer_rests_on_is_said_in_the_readers_words(browser: Browser) -> None:
    drawing = Drawing()
    drawing.add([edge("Ida", "LIVES_IN", "Oslo")])
    page = browser.new_page(viewport={"width": 1280, "height": 640})
    draw(page, drawing)
    page.evaluate("chart.dispatchAction({type: 'showTip', seriesIndex: 0, dataIndex: 0})")
    page.wait_for_function(TIP.replace("SAID", "Ida: 人物"))
    page.mouse.move(*page.evaluate(ON_THE_LINE))
    page.wait_for_function(TIP.replace("SAID", "Ida 住在 Oslo"))
    page.close()
