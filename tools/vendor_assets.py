"""Fetch, trim and check the third-party files that pages load (CSS, modules, icons).

``refresh`` packs the pinned packages with npm, copies the files named below, strips the lines
that point at source maps, builds the icon sprite from ``tools/icons.txt`` and writes
``CHECKSUMS.txt``. ``check`` compares the stored files with it and needs no network.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src/linli/foundation/ui/static/linli/vendor"
SPRITE = Path("tabler-icons/icons.svg")
ICON_NAMES = Path(__file__).with_name("icons.txt")
SOURCE_MAP = re.compile(rb"\s*(//[#@] sourceMappingURL=\S+|/\*[#@] sourceMappingURL=[^*]*\*/)\s*")
MIT = """MIT License

Copyright (c) {holder}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


@dataclass(frozen=True)
class Package:
    """One npm package and what is taken from it.

    Attributes:
        name: Name in the registry.
        version: Exact version.
        folder: Folder under ``vendor``.
        files: Path in the package -> name in the folder.
        licence: Path of the licence in the package, empty where the package carries none.
        holder: Holder of the copyright of an MIT package that carries no licence file.
    """

    name: str
    version: str
    folder: str
    files: dict[str, str]
    licence: str = ""
    holder: str = ""


PACKAGES = (
    Package(
        "@tabler/core",
        "1.6.1",
        "tabler",
        {"dist/css/tabler.min.css": "tabler.min.css"},
        holder="2018-2026 The Tabler Authors, Paweł Kuna",
    ),
    Package("@tabler/icons", "3.51.0", "tabler-icons", {}, licence="LICENSE"),
    Package("htmx.org", "2.0.11", "htmx", {"dist/htmx.min.js": "htmx.min.js"}, licence="LICENSE"),
    Package(
        "@alpinejs/csp",
        "3.17.4",
        "alpine",
        {"dist/cdn.min.js": "alpine-csp.min.js"},
        holder="2019-2026 Caleb Porzio and contributors",
    ),
    Package(
        "maplibre-gl",
        "6.17.0",
        "maplibre",
        {
            "dist/maplibre-gl.mjs": "maplibre-gl.mjs",
            "dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
            "dist/maplibre-gl.css": "maplibre-gl.css",
        },
        licence="LICENSE.txt",
    ),
    Package("echarts", "6.1.0", "echarts", {"dist/echarts.esm.min.mjs": "echarts.esm.min.mjs"}, licence="LICENSE"),
)


def strip_source_map(content: bytes) -> bytes:
    r"""Return the file without the line that points at its source map.

    Collecting static files with a manifest fails where that map is missing.

    Examples:
        >>> strip_source_map(b"run();\n//# sourceMappingURL=run.js.map\n")
        b'run();\n'
        >>> strip_source_map(b"a{b:c}\n/*# sourceMappingURL=a.css.map */")
        b'a{b:c}\n'
    """
    return SOURCE_MAP.sub(b"\n", content)


def symbol(name: str, svg: str) -> str:
    r"""Return one icon of Tabler as a symbol of the sprite, without its bounding square.

    Examples:
        >>> symbol("x", '<svg viewBox="0 0 24 24">\n  <path d="M1 1" />\n</svg>')
        '<symbol id="x" viewBox="0 0 24 24"><path d="M1 1"/></symbol>'
    """
    body = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
    body = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>', "", body)
    body = re.sub(r">\s+<", "><", body.strip()).replace(" />", "/>")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>'


def checksums(folder: Path) -> str:
    """Return one line ``sha256  path`` per vendored file, sorted by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in files
        if path.name not in {"CHECKSUMS.txt", "README.md"}
    )


def unpack(package: Package, into: Path) -> Path:
    """Pack ``package`` with npm and return the folder of its contents."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=into,
        check=True,
        capture_output=True,
        text=True,
    )
    archive = into / packed.stdout.strip().splitlines()[-1]
    target = into / package.folder
    with tarfile.open(archive) as opened:
        opened.extractall(target, filter="data")
    return target / "package"


def refresh(vendor: Path) -> None:
    """Fetch every package anew and write files, licences, sprite and checksums into ``vendor``."""
    wanted = ICON_NAMES.read_text(encoding="utf-8").split()
    with tempfile.TemporaryDirectory() as scratch:
        for package in PACKAGES:
            content = unpack(package, Path(scratch))
            folder = vendor / package.folder
            folder.mkdir(parents=True, exist_ok=True)
            for source, name in package.files.items():
                (folder / name).write_bytes(strip_source_map((content / source).read_bytes()))
            licence = (
                (content / package.licence).read_text(encoding="utf-8")
                if package.licence
                else MIT.format(holder=package.holder)
            )
            (folder / "LICENSE.txt").write_text(licence, encoding="utf-8")
            if package.folder == "tabler-icons":
                outline = content / "icons/outline"
                missing = [name for name in wanted if not (outline / f"{name}.svg").exists()]
                if missing:
                    raise SystemExit(f"no such icon: {', '.join(missing)}")
                symbols = [symbol(n, (outline / f"{n}.svg").read_text(encoding="utf-8")) for n in sorted(set(wanted))]
                sprite = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
                (vendor / SPRITE).write_text(sprite, encoding="utf-8")
    (vendor / "CHECKSUMS.txt").write_text(checksums(vendor), encoding="utf-8")
    rows = "".join(f"| {p.name} | {p.version} | `{p.folder}/` |\n" for p in PACKAGES)
    (vendor / "README.md").write_text(
        "# Vendored files\n\nThird-party files that pages load, unchanged but for the missing source maps.\n"
        "Each folder holds its licence. Refresh with `python tools/vendor_assets.py refresh`, "
        "verify with `python tools/vendor_assets.py check`.\n\n"
        "| Package | Version | Folder |\n|---|---|---|\n" + rows,
        encoding="utf-8",
    )


def differences(vendor: Path) -> list[str]:
    """Return the paths whose stored checksum and content differ, added and removed files included."""
    stored = set((vendor / "CHECKSUMS.txt").read_text(encoding="utf-8").splitlines())
    found = set(checksums(vendor).splitlines())
    return sorted({line.split("  ", 1)[1] for line in stored ^ found})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``refresh`` or ``check``; return 1 where the check finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("act", choices=("refresh", "check"))
    chosen = parser.parse_args(arguments)
    if chosen.act == "refresh":
        refresh(VENDOR)
    wrong = differences(VENDOR)
    for path in wrong:
        print(f"differs from CHECKSUMS.txt: {path}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
