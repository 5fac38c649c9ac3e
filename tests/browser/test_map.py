"""The map in a real browser: it fits, it is readable, it fetches nothing, and hostile names do nothing.

`make browser` runs this, and installs Debian's Chromium first. With SCREENSHOTS=folder it leaves pictures to look at.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scaudit_cli.map.model import State
from scaudit_cli.map.page import page
from tests.browser.chromium import Chromium, program
from tests.cli.mapped import estate, hostile, row, shown

MAPS = {"empty": shown(), "small": estate(12), "large": estate(300), "hostile": hostile()}
ACROSS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CONTRAST = """(() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = colour => { const [r, g, b] = rgb(colour).map(c => { c /= 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (c !== 'rgba(0, 0, 0, 0)') return c; } return 'rgb(255, 255, 255)'; };
  const panel = document.querySelector('.box rect');
  return Math.min(...[...document.querySelectorAll('body *')].filter(e => e.checkVisibility() &&
      [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).map(e => {
    const drawn = e.closest('svg') !== null, style = getComputedStyle(e);
    const a = light(drawn ? style.fill : style.color), b = light(drawn ? getComputedStyle(panel).fill : behind(e));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); }));
})()"""
"""The least contrast of any text with what is behind it, as WCAG 2 computes it."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    if program() is None:
        assert "CI" not in os.environ, "no Chromium here: `make browser` installs it"
        pytest.skip("NOT TESTED: no Chromium here, so nobody saw the map in a browser; `make browser` installs one")
    with Chromium(tmp_path_factory.mktemp("profile")) as chromium:
        yield chromium


@pytest.fixture(params=MAPS)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"{request.param}.html"
    path.write_text(page(MAPS[request.param]))
    return path


def keep(browser: Chromium, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        browser.picture(Path(folder) / f"{name}.png")


def heard(browser: Chromium, *methods: str) -> list[Any]:
    return [event["params"] for event in browser.events if event["method"] in methods]


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_fits_is_readable_fetches_nothing_and_says_no_error(
    browser: Chromium, file: Path, width: int, dark: bool
) -> None:
    browser.show(file, width, dark=dark)
    keep(browser, f"{file.stem}-{width}-{'dark' if dark else 'light'}")
    assert browser.value(ACROSS) <= 0, "the page is no wider than the window"
    assert browser.value(CONTRAST) >= 4.5, "WCAG 2 AA"
    assert {r["request"]["url"] for r in heard(browser, "Network.requestWillBeSent")} == {file.as_uri()}
    assert not heard(browser, "Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
    assert not heard(browser, "Page.javascriptDialogOpening")
    drawn = (
        "[...document.querySelectorAll('figure > div')].filter(e => e.checkVisibility()).map(e => e.className).join()"
    )
    assert browser.value(drawn) == ("" if file.stem == "empty" else "wide" if width > 760 else "narrow")


def test_hostile_names_are_text_and_nothing_else(browser: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    path.write_text(page(hostile()))
    browser.show(path, 1280)
    assert browser.value("document.querySelectorAll('script, img, [onload], [onerror], a, iframe, link').length") == 0
    assert browser.value("document.querySelectorAll('svg').length") == 2
    assert browser.value("document.querySelector('tbody th').textContent") in browser.value("document.body.textContent")


@pytest.mark.parametrize("width", [1280, 400])
def test_a_screen_reader_gets_a_table_with_heads_and_a_picture_with_words(
    browser: Chromium, tmp_path: Path, width: int
) -> None:
    path = tmp_path / "map.html"
    path.write_text(page(MAPS["small"]))
    browser.show(path, width)
    nodes = browser.ask("Accessibility.getFullAXTree")["nodes"]
    told = [(n["role"]["value"], n.get("name", {}).get("value", "")) for n in nodes if not n["ignored"]]
    roles = [role for role, _ in told]
    assert roles.count("columnheader") == 10 and roles.count("rowheader") == 12 and roles.count("row") == 13
    assert next(name for role, name in told if role in ("image", "img")).startswith("All 12 services.")
    assert sum(role in ("image", "img") for role in roles) == 1, "the picture that is not shown is not read out either"
    assert ("heading", "What is wrong") in told and ("main", "") in told


def test_names_of_a_usual_length_are_not_broken(browser: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    says = "cannot resolve billing of service tutorial/payments, though environment BILLING_URL of webserver names it"
    path.write_text(page(shown(row("payments", "web-old", "batch", "checkout", state=State.WARNING, says=says))))
    browser.show(path, 1280)
    words = """[...document.querySelectorAll('td:nth-child(3), td:nth-child(7)')].flatMap(cell => {
      const text = cell.firstChild, range = document.createRange();
      return [...text.data.matchAll(/tutorial\\/[\\w-]+/g)].filter(({0: word, index}) => {
        range.setStart(text, index); range.setEnd(text, index + word.length);
        return range.getClientRects().length > 1; }).map(found => found[0]); })"""
    assert browser.value(words) == []


def test_on_paper_it_is_light_whole_and_no_wider_than_the_sheet(browser: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    path.write_text(page(MAPS["large"]))
    browser.show(path, 720, dark=True, media="print")
    keep(browser, "large-print")
    assert browser.value(ACROSS) <= 0
    assert browser.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.value("getComputedStyle(document.querySelector('tbody td')).display") == "table-cell"
    figure = "document.querySelector('.wide')"
    assert browser.value(f"{figure}.scrollWidth - {figure}.clientWidth") <= 0


def test_it_is_drawn_at_once(browser: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    path.write_text(page(MAPS["large"]))
    browser.show(path, 1280)
    assert not re.search(r"undefined|NaN", browser.value("document.body.innerHTML"))
    assert browser.value("document.querySelectorAll('tbody tr').length") == 300
