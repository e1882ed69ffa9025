"""Take pictures of pages at every width and mode they must work in.

Accounts come from a JSON file as a demo writes it: a list of {role, username, password}. Pages come
from a text file with one ``name path role`` per line; role ``-`` means not signed in. Pictures are
named ``<name>-<mode>.png``. A page that logs an error, breaks the content policy, answers 400 or
more or scrolls sideways is listed at the end, and the command returns 1.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SETTLED_MS = 15_000
COOKIES = {"dark": ("ll_theme", "dark"), "large": ("ll_size", "large")}
PHONE = {"is_mobile": True, "has_touch": True}
MODES: dict[str, dict[str, Any]] = {
    "1440": {"viewport": {"width": 1440, "height": 900}},
    # 1366 x 768 at 125 % leaves this many CSS pixels.
    "1366": {"viewport": {"width": 1093, "height": 614}, "device_scale_factor": 1.25},
    "390": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, **PHONE},
    "360": {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, **PHONE},
    "dark": {"viewport": {"width": 1440, "height": 900}},
    "large": {"viewport": {"width": 1440, "height": 900}},
    "large-390": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, **PHONE},
}


@dataclass(frozen=True)
class Shot:
    """A page to picture: name of the file, address, role that opens it (``-`` for nobody)."""

    name: str
    path: str
    role: str


def shots_in(lines: Iterable[str]) -> Iterator[Shot]:
    """Read shots, one per line; empty lines and lines that begin with # are left out.

    Examples:
        >>> list(shots_in(["# homes", "home / planner"]))
        [Shot(name='home', path='/', role='planner')]
    """
    for line in lines:
        if line.strip() and not line.startswith("#"):
            name, path, role = line.split()
            yield Shot(name, path, role)


def sign_in(page: Page, base: str, account: dict[str, str]) -> None:
    """Sign in by the page's own form: the first text field, the password, the main button."""
    page.goto(f"{base}/sign-in/")
    page.locator("main input[type=text], main input:not([type])").first.fill(account["username"])
    page.locator("main input[type=password]").first.fill(account["password"])
    page.locator("main .ll-btn--main").first.click()
    page.wait_for_load_state("networkidle")


def context_for(browser: Browser, base: str, mode: str, account: dict[str, str] | None) -> BrowserContext:
    """Return a context drawn in ``mode``, signed in where an account is given."""
    context = browser.new_context(locale="zh-CN", **MODES[mode])
    cookie = COOKIES.get(mode.split("-", maxsplit=1)[0])
    if cookie:
        context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": base}])
    if account:
        page = context.new_page()
        sign_in(page, base, account)
        page.close()
    return context


def picture(context: BrowserContext, base: str, shot: Shot, into: Path) -> list[str]:
    """Take one picture and return what is wrong with the page."""
    wrong: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    answer = page.goto(f"{base}{shot.path}")
    page.wait_for_load_state("networkidle", timeout=SETTLED_MS)
    # A map draws after its files have come; its waiting words leave with the first picture.
    page.locator(".ll-mapwords").first.wait_for(state="detached", timeout=SETTLED_MS)
    page.wait_for_timeout(1200 if page.locator("[data-map], [data-compare]").count() else 150)
    page.screenshot(path=into)
    if answer is not None and answer.status >= 400:
        wrong.append(f"answered {answer.status}")
    width = page.viewport_size["width"] if page.viewport_size else 0
    if page.evaluate("document.documentElement.scrollWidth") > width:
        wrong.append("scrolls sideways")
    page.close()
    return wrong


def take(
    base: str, shots: Sequence[Shot], accounts: dict[str, dict[str, str]], modes: Sequence[str], into: Path
) -> int:
    """Take all pictures into a folder; return how many pages have something wrong."""
    into.mkdir(parents=True, exist_ok=True)
    faulty = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for mode in modes:
            for role in sorted({shot.role for shot in shots}):
                context = context_for(browser, base, mode, None if role == "-" else accounts[role])
                for shot in (shot for shot in shots if shot.role == role):
                    wrong = picture(context, base, shot, into / f"{shot.name}-{mode}.png")
                    faulty += bool(wrong)
                    for words in wrong:
                        print(f"{shot.name}-{mode}: {words}", file=sys.stderr)
                context.close()
        browser.close()
    return faulty


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures; return 1 where a page has something wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", help="address of the running site, as http://127.0.0.1:8000")
    parser.add_argument("shots", type=Path, help="file with one 'name path role' per line")
    parser.add_argument("--accounts", type=Path, help="JSON file of the accounts")
    parser.add_argument("--into", type=Path, default=Path("var/shots"))
    parser.add_argument("--modes", nargs="+", choices=sorted(MODES), default=list(MODES))
    chosen = parser.parse_args(arguments)
    listed = json.loads(chosen.accounts.read_text(encoding="utf-8")) if chosen.accounts else []
    with chosen.shots.open(encoding="utf-8") as lines:
        shots = list(shots_in(lines))
    accounts = {account["role"]: account for account in listed}
    return 1 if take(chosen.base.rstrip("/"), shots, accounts, modes=chosen.modes, into=chosen.into) else 0


if __name__ == "__main__":
    sys.exit(main())
