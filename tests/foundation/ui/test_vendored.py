from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import linli.foundation.ui as ui

ROOT = Path(__file__).resolve().parents[3]
FOLDER = Path(ui.__file__).parent
SOURCE = FOLDER.parent.parent


def vendor_assets():
    found = importlib.util.spec_from_file_location("vendor_assets", ROOT / "tools/vendor_assets.py")
    module = importlib.util.module_from_spec(found)
    import sys

    sys.modules["vendor_assets"] = module
    found.loader.exec_module(module)
    return module


class TestVendoredFiles:
    def test_match_their_checksums(self):
        tool = vendor_assets()
        assert tool.differences(tool.VENDOR) == []

    def test_each_package_carries_its_licence(self):
        tool = vendor_assets()
        assert [p.folder for p in tool.PACKAGES if not (tool.VENDOR / p.folder / "LICENSE.txt").exists()] == []

    def test_point_at_no_source_map(self):
        files = [path for path in FOLDER.rglob("static/linli/vendor/*/*") if path.suffix in {".js", ".mjs", ".css"}]
        assert files
        assert [path.name for path in files if b"sourceMappingURL=" in path.read_bytes()] == []


class TestIcons:
    def test_every_icon_of_a_template_is_in_the_sprite(self):
        sprite = (FOLDER / "static/linli/vendor/tabler-icons/icons.svg").read_text(encoding="utf-8")
        drawn = set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))
        wanted = {
            name
            for template in SOURCE.rglob("templates/**/*.html")
            for name in re.findall(r'{% icon "([a-z0-9-]+)"', template.read_text(encoding="utf-8"))
        }
        assert sorted(wanted - drawn) == []


class TestStyles:
    def test_only_tokens_hold_colour_values(self):
        styles = [p for p in SOURCE.rglob("static/**/*.css") if "vendor" not in p.parts and p.name != "tokens.css"]
        found = {
            f"{path.name}: {value}"
            for path in styles
            for value in re.findall(r"(?<![\w-])#[0-9a-f]{3,8}\b(?=[\s;,)])", path.read_text(encoding="utf-8"))
        }
        assert found == set()
