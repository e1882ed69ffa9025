"""Reads policy profiles from YAML and refuses what is unclear, naming file and key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import gettext as _

from linli.foundation.bilingual import Bilingual
from linli.foundation.policies.errors import ProfileMalformed, ProfileUnknown
from linli.foundation.policies.standards import Grade, Level, Number, Profile, Source, Standard

OWN_FOLDER = Path(__file__).parent / "profiles"
NATIONAL = "national"
NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
SHARE = re.compile(r"(\d+)/([1-9]\d*)")
DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
TOP = {"name", "title", "title_en", "extends", "sources", "standards"}
SOURCE_FIELDS = {"title", "title_en", "level", "number", "date", "url"}
FIELDS = {
    "zh",
    "en",
    "value",
    "value_en",
    "min",
    "max",
    "unit",
    "applies_to",
    "effective_from",
    "effective_to",
    "source",
    "grade",
    "note",
    "note_en",
}


def profile(name: str = NATIONAL) -> Profile:
    """Return a profile by name, with the standards of the profile it extends; read once per process.

    Profiles lie in this package and in the folders of ``settings.LINLI_POLICY_FOLDERS``, which come first.

    Raises:
        ProfileUnknown: No file of this name.
        ProfileMalformed: The file cannot be accepted.
    """
    return _loaded(name, _folders())


def profile_names() -> tuple[str, ...]:
    """Return the names of all profiles in alphabetical order."""
    return tuple(sorted({file.stem for folder in _folders() for file in folder.glob("*.yaml")}))


def read_profile(file: Path, *, base: Profile | None = None) -> Profile:
    """Read one profile.

    Args:
        file: The YAML file.
        base: The profile it extends; its keys stay unless the file names them, in which case all their versions
            give way.

    Raises:
        ProfileMalformed: Something is missing, unknown, of the wrong kind or in force twice on one day.
    """
    reader = _Reader(file.name, _content(file))
    own = reader.standards()
    return Profile(
        name=reader.text("name", file.stem),
        title=reader.title(file.stem),
        versions={**(base.versions if base else {}), **own},
        extends=base.name if base else "",
        own_keys=frozenset(own),
    )


def _folders() -> tuple[Path, ...]:
    return (*(Path(folder) for folder in getattr(settings, "LINLI_POLICY_FOLDERS", ())), OWN_FOLDER)


def _content(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise ProfileMalformed(file=file.name, key="-", reason=_("不是有效的 YAML：%s") % fault) from fault


@cache
def _loaded(name: str, folders: tuple[Path, ...], extended_by: tuple[str, ...] = ()) -> Profile:
    files = [folder / f"{name}.yaml" for folder in folders] if NAME.fullmatch(name) else []
    place = next((place for place, file in enumerate(files) if file.is_file()), None)
    if place is None:
        raise ProfileUnknown(name=name, known="、".join(profile_names()))
    file = files[place]
    content = _content(file)
    base = str(content.get("extends") or "") if isinstance(content, dict) else ""
    # A district's own file may extend the one of its own name that comes with the package.
    extends_namesake = base == name and any(later.is_file() for later in files[place + 1 :])
    if name in extended_by or (base == name and not extends_namesake):
        raise ProfileMalformed(file=file.name, key="extends", reason=_("不能直接或间接扩展自己"))
    if not base:
        return read_profile(file)
    if extends_namesake:
        return read_profile(file, base=_loaded(base, folders[place + 1 :], extended_by))
    return read_profile(file, base=_loaded(base, folders, (*extended_by, name)))


def _both(parts: Mapping[str, Any], name: str, otherwise: str = "") -> Bilingual:
    """Return a text in both languages; where a district's file gives no English, the Chinese stands for it."""
    chinese = str(parts.get(name) or otherwise)
    return Bilingual(chinese, str(parts.get(f"{name}_en") or chinese))


class _Reader:
    """Reads the parts of one file, remembering its name for the faults."""

    def __init__(self, file: str, content: Any) -> None:
        self.file = file
        self.content: dict[str, Any] = self._mapping(content, "-", allowed=TOP)
        self.sources = {
            str(code): self._source(str(code), parts)
            for code, parts in self._mapping(self.content.get("sources") or {}, "sources").items()
        }

    def text(self, name: str, otherwise: str) -> str:
        return str(self.content.get(name) or otherwise)

    def title(self, otherwise: str) -> Bilingual:
        return _both(self.content, "title", otherwise)

    def _source(self, code: str, content: Any) -> Source:
        parts = self._mapping(content, code, allowed=SOURCE_FIELDS)
        if not parts.get("title"):
            raise self._fault(code, _("缺少文件名称 title"))
        level = parts.get("level", Level.LOCAL)
        if level not in list(Level):
            raise self._fault(code, _("level 应为 national、local、own 之一"))
        texts = {name: str(parts[name]) for name in ("number", "date", "url") if name in parts}
        return Source(title=_both(parts, "title"), level=Level(level), **texts)

    def standards(self) -> dict[str, tuple[Standard, ...]]:
        found = {}
        for key, versions in self._mapping(self.content.get("standards") or {}, "standards").items():
            if not isinstance(versions, list) or not versions:
                raise self._fault(key, _("应为至少一个版本的列表"))
            standards = [self._standard(str(key), parts) for parts in versions]
            standards.sort(key=lambda standard: standard.effective_from or date.min)
            self._refuse_overlap(str(key), standards)
            found[str(key)] = tuple(standards)
        return found

    def _standard(self, key: str, content: Any) -> Standard:
        parts = self._mapping(content, key, allowed=FIELDS)
        if not parts.get("zh"):
            raise self._fault(key, _("缺少中文名称 zh"))
        value = self._value(key, parts.get("value"))
        low, high = self._number(key, "min", parts.get("min")), self._number(key, "max", parts.get("max"))
        if value is None and low is None and high is None:
            raise self._fault(key, _("value、min、max 至少要有一个"))
        if low is not None and high is not None and low > high:
            raise self._fault(key, _("min %(low)s 大于 max %(high)s") % {"low": low, "high": high})
        since, until = self._day(key, parts.get("effective_from")), self._day(key, parts.get("effective_to"))
        if since is not None and until is not None and since >= until:
            raise self._fault(key, _("effective_to 应晚于 effective_from"))
        if str(parts.get("source")) not in self.sources:
            raise self._fault(key, _("来源“%s”不在 sources 中") % parts.get("source"))
        if parts.get("grade") not in list(Grade):
            raise self._fault(key, _("grade 应为 V、S、M、I 之一"))
        return Standard(
            key=key,
            name=Bilingual(str(parts["zh"]), str(parts.get("en") or parts["zh"])),
            value=_both(parts, "value") if isinstance(value, str) else value,
            min=low,
            max=high,
            unit=str(parts.get("unit") or ""),
            applies_to=str(parts.get("applies_to") or ""),
            source=self.sources[str(parts["source"])],
            grade=Grade(parts["grade"]),
            note=_both(parts, "note"),
            effective_from=since,
            effective_to=until,
        )

    def _refuse_overlap(self, key: str, standards: Sequence[Standard]) -> None:
        for earlier, later in pairwise(standards):
            if earlier.effective_to is None or earlier.effective_to > (later.effective_from or date.min):
                raise self._fault(key, _("有两个版本在 %s 同时有效") % (later.effective_from or _("最初")))

    def _value(self, key: str, value: Any) -> Number | Fraction | str | None:
        if isinstance(value, str):
            share = SHARE.fullmatch(value)
            return Fraction(int(share[1]), int(share[2])) if share else value
        return self._number(key, "value", value)

    def _number(self, key: str, name: str, value: Any) -> Number | None:
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        raise self._fault(key, _("%(name)s 应为数字，实际是“%(value)s”") % {"name": name, "value": value})

    def _day(self, key: str, value: Any) -> date | None:
        """Return the first day of a day, month or year; papers do not always tell the day."""
        if value is None or value == "":
            return None
        found = DAY.fullmatch(str(value))
        try:
            if found:
                return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
        except ValueError:
            pass  # A thirteenth month is refused like any other text.
        raise self._fault(key, _("日期“%s”应写作 2026-01-01、2026-01 或 2026") % value)

    def _mapping(self, content: Any, key: str, *, allowed: set[str] | None = None) -> dict[str, Any]:
        if not isinstance(content, Mapping):
            raise self._fault(key, _("应为“名称: 内容”的形式"))
        unknown = sorted(set(map(str, content)) - allowed) if allowed is not None else []
        if unknown:
            raise self._fault(key, _("有不认识的名称 %s") % "、".join(unknown))
        return dict(content)

    def _fault(self, key: Any, reason: str) -> ProfileMalformed:
        return ProfileMalformed(file=self.file, key=key, reason=reason)
