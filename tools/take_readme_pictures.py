"""Take the pictures of the two READMEs from a running demo into ``docs/images``.

Start the demo (``make demo``), wait for its plan, then run this beside it. Returns 1 where a page has something wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent))
from screenshots import CHROMIUM, Shot, context_for, picture

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
#: The newest plan stands for ``{plan}``; ``en`` after the name asks for the English words.
PAGES: Mapping[str, Sequence[Shot]] = {
    "1440": (
        Shot("home", "/", "planner"),
        Shot("map", "/map/", "planner"),
        Shot("ledger", "/ledger/", "planner"),
        Shot("plan", "{plan}", "planner"),
        Shot("map-en", "/map/", "planner"),
        Shot("plan-en", "{plan}", "planner"),
    ),
    "390": (Shot("phone", "/map/", "worker"),),
}


def newest_plan(context: BrowserContext, base: str) -> str:
    """Return the address of the plan on top of the list."""
    page = context.new_page()
    page.goto(f"{base}/plans/")
    links = page.locator("main a[href^='/plans/']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    page.close()
    return next(link for link in links if link.strip("/").count("/") == 1 and "new" not in link and "?" not in link)


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", nargs="?", default="http://127.0.0.1:8000", help="address of the demo")
    parser.add_argument("--accounts", type=Path, default=ROOT / "var" / "demo-accounts.json")
    parser.add_argument("--into", type=Path, default=IMAGES)
    chosen = parser.parse_args(arguments)
    base = chosen.base.rstrip("/")
    accounts = {account["role"]: account for account in json.loads(chosen.accounts.read_text(encoding="utf-8"))}
    chosen.into.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for mode, shots in PAGES.items():
            for shot in shots:
                account = accounts.get(shot.role) or accounts[shot.role.upper()]
                context = context_for(browser, base, mode, account)
                if shot.name.endswith("-en"):
                    context.add_cookies([{"name": "django_language", "value": "en", "url": base}])
                path = newest_plan(context, base) if shot.path == "{plan}" else shot.path
                found = picture(context, base, Shot(shot.name, path, shot.role), chosen.into / f"{shot.name}.png")
                wrong += [f"{shot.name}: {words}" for words in found]
                context.close()
        browser.close()
    print("\n".join(wrong) or f"pictures are in {chosen.into}", file=sys.stderr if wrong else sys.stdout)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
