"""Write the pages of docs/ that are drawn from the code and its data, so that they cannot go stale.

Without arguments every page is written; with names only those; ``--check`` writes nothing and returns 1 where a page
differs from what the code says now.
"""

from __future__ import annotations

import argparse
import json
import os
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module, metadata
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import click

    from linli.foundation.errors import LinliError
    from linli.foundation.policies import Standard

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
LOCK = ROOT / "requirements.lock"
GLOSSARY = DOCS / "glossary.json"
#: Modules that must not be imported by a look around: one refuses to, one starts the command.
NOT_IMPORTED = re.compile(r"linli\.(config\.settings\.production|config\.wsgi|__main__)")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?: ; (.*?))?(?: \\)?$", re.MULTILINE)
MADE = "<!-- 由 tools/generate_reference.py 生成，请勿手改。 -->"
PRIVACY = {"public": "公开", "internal": "内部", "restricted": "不收集"}
SEVERITIES = {"BAD": "必须处理", "WARN": "应当处理", "IDLE": "待补充"}
PILLARS = {"all": "通用", "layout": "优化社区布局", "duty": "理顺职责边界", "service": "优化社区服务"}


def set_up() -> None:
    """Start Django, once, with the settings of the tests."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings.test")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table of Markdown.

    Examples:
        >>> print(table(["名称", "值"], [["户数", 3]]))
        | 名称 | 值 |
        |---|---|
        | 户数 | 3 |
    """
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    lines += ["| " + " | ".join(_cell(part) for part in row) + " |" for row in rows]
    return "\n".join(lines)


def _cell(part: Any) -> str:
    return " ".join(str(part if part is not None else "").replace("|", "\\|").split())


def page(title: str, *parts: str) -> str:
    """Return a whole page."""
    return "\n\n".join([f"# {title}", MADE, *parts]) + "\n"


# Commands


def commands() -> str:
    """Return the page of the ``linli`` command: each sub-command, its arguments and its options."""
    import click

    from linli.cli.main import main

    context = click.Context(main, info_name="linli")
    return page(
        "命令 linli",
        "命令装在虚拟环境的 `.venv/bin/linli`。退出码：0 完成；1 未能办理；2 用法不对；"
        "3 方案无解，或 `--fail-on` 指定的问题存在。`--json PATH` 把结果写成 JSON，`-` 表示标准输出；"
        "未能办理时写出的是问题说明（RFC 9457），其中 `code` 见[错误](errors.md)。",
        _help(main),
        *(text for name in main.list_commands(context) for text in _command(main, context, name)),
    )


def _command(group: click.Group, above: click.Context, name: str) -> Iterator[str]:
    import click

    command = group.get_command(above, name)
    assert command is not None, name
    context = click.Context(command, info_name=name, parent=above)
    path = context.command_path
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    yield f"## `{path}`\n\n`{usage}`\n\n{_help(command)}"
    rows = [_parameter(one, context) for one in command.params if not getattr(one, "hidden", False)]
    if rows:
        yield table(["参数", "说明", "默认"], rows)
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            yield from _command(command, context, inner)


def _parameter(one: click.Parameter, context: click.Context) -> tuple[str, str, str]:
    import click

    if isinstance(one, click.Option):
        default = one.default if one.show_default and one.default is not None else "必填" if one.required else ""
        variable = f"（环境变量 `{one.envvar}`）" if one.envvar else ""
        kind = f" {one.make_metavar(context)}" if not one.is_flag else ""
        return f"`{', '.join([*one.opts, *one.secondary_opts])}{kind}`", f"{one.help or ''}{variable}", str(default)
    return f"`{one.make_metavar(context)}`", "", "必填" if one.required else ""


def _help(command: click.Command) -> str:
    """Return the help, its examples as a block of code."""
    text = "\n".join(line.strip() if line.strip() == "\b" else line for line in (command.help or "").splitlines())
    words, _, examples = text.partition("\b\n")
    lines = [line for line in examples.splitlines() if line.strip() and line.strip() != "例："]
    block = "\n".join(["```", *(line.strip() for line in lines), "```"]) if lines else ""
    return "\n\n".join(part for part in (" ".join(words.split()), block) if part)


# Errors


def house_errors() -> Mapping[str, type[LinliError]]:
    """Return every error of the house by code, all its modules imported."""
    set_up()
    import linli
    from linli.foundation.errors import all_errors

    for found in pkgutil.walk_packages(linli.__path__, "linli."):
        if not NOT_IMPORTED.fullmatch(found.name):
            import_module(found.name)
    return {code: error for code, error in all_errors().items() if error.__module__.startswith("linli.")}


def errors() -> str:
    """Return the page of error codes."""
    from django.utils import translation

    found = house_errors()
    with translation.override("zh-hans"):
        parts = [
            f"## {room}\n\n"
            + table(
                ["代码", "HTTP", "文字"],
                [[f"`{code}`", error.http_status, _sentence(str(error.text))] for code, error in group],
            )
            for room, group in groupby(found.items(), key=lambda pair: pair[0].partition(".")[0])
        ]
    return page(
        "错误",
        "每一次“未能办理”都有固定的代码和一句话：事实是什么、应当怎样、下一步做什么。代码不会改变，脚本可以依靠它。"
        "〈〉内是每次不同的内容。网页以 HTTP 状态码回答，命令行以退出码 1 回答，二者都能给出 JSON（RFC 9457）。",
        *parts,
    )


def _sentence(text: str) -> str:
    return re.sub(r"%\((\w+)\)[a-z]", r"〈\1〉", text).replace("%%", "%")


# Data


def ledger_fields() -> str:
    """Return the page of the ledger's fields."""
    from linli.registry.rules.fields import CATALOGUE

    rows = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    parts = [
        f"## {ledger}\n\n"
        + table(
            ["字段", "名称", "英文名称", "类型", "单位", "必填", "合理范围", "表头别名", "公开程度", "含义"],
            [
                [
                    f"`{row['key']}`",
                    row["zh"],
                    row["en"],
                    row["type"],
                    row["unit"],
                    "是" if row["required"] else "",
                    _bounds(row["plausible_min"], row["plausible_max"]),
                    "、".join(row["aliases"]),
                    PRIVACY.get(row["privacy"], row["privacy"]),
                    row["meaning"],
                ]
                for row in group
            ],
        )
        for ledger, group in groupby(rows, key=lambda row: row["ledger"])
    ]
    return page(
        "台账字段",
        "导入时按名称、别名和字段名匹配列；“合理范围”之外的数字会在预览中提醒；标为“不收集”的列在导入时整列丢弃，并且说明。",
        *parts,
    )


def _bounds(low: Any, high: Any) -> str:
    if low is None or high is None:
        return "" if low is high else f"≥ {low}" if high is None else f"≤ {high}"
    return f"{low}–{high}"


def policies() -> str:
    """Return the page of policy figures, one section per profile and kind of thing."""
    set_up()
    from linli.foundation.policies import profile, profile_names

    parts = []
    for name in profile_names():
        held = profile(name)
        parts.append(f"## {held.title.zh}（`{name}`）")
        standards = [one for versions in held.versions.values() for one in versions]
        standards.sort(key=lambda one: one.applies_to)
        for kind, group in groupby(standards, key=lambda one: one.applies_to):
            rows = [[f"`{one.key}`", one.name.zh, _amount(one), _term(one), one.grade, _paper(one)] for one in group]
            parts.append(
                f"### {kind or '通用'}\n\n" + table(["键", "名称", "数值", "生效期", "等级", "依据"], rows),
            )
    return page(
        "政策参数",
        "每一个门槛、期限和权重都是有日期、有依据的数据，程序里不写死。等级：V 见于正式文件全文，S 见于二手来源，"
        "M 公认而未核对，I 本系统的推断。要改一个数，见[更改政策参数](../how-to/change-a-policy-number.md)。",
        *parts,
    )


def _amount(one: Standard) -> str:
    number = str(getattr(one.value, "zh", one.value)) if one.value is not None else _bounds(one.min, one.max)
    return f"{number} {one.shown_unit.zh}".strip()


def _term(one: Standard) -> str:
    since = one.effective_from.isoformat() if one.effective_from else ""
    return f"{since} 起" + (f"，{one.effective_to.isoformat()} 止" if one.effective_to else "") if since else "一直"


def _paper(one: Standard) -> str:
    return "，".join(part for part in (one.source.title.zh, one.source.number, one.source.date) if part)


def finding_kinds() -> str:
    """Return the page of the audit's findings."""
    set_up()
    from django.utils import translation

    from linli.registry.rules.audit import GROUP_NAMES, KINDS

    with translation.override("zh-hans"):
        rows = [
            [
                f"`{kind.kind}`",
                kind.letter,
                GROUP_NAMES[kind.group],
                SEVERITIES[kind.severity],
                _sentence(str(kind.title)),
                _sentence(str(kind.evidence)),
                kind.next_step,
            ]
            for kind in KINDS.values()
        ]
    return page(
        "核查问题的种类",
        "核查只报告，不替人改。每条问题都写明涉及的户数和人数、位置和依据；地图上的一个字就是它的标记。〈〉内是每次不同的内容。",
        table(["种类", "字", "类别", "程度", "说法", "依据", "下一步"], rows),
    )


def glossary() -> str:
    """Return the glossary: one English word and one name in code per Chinese term."""
    terms = json.loads(GLOSSARY.read_text(encoding="utf-8"))
    parts = [
        f"## {words}\n\n"
        + table(
            ["中文", "English", "In code", "Meaning", "Note"],
            [
                [term["zh"], term["en"], f"`{term['identifier']}`", term["meaning"], term["note"]]
                for term in terms
                if term["pillar"] == pillar
            ],
        )
        for pillar, words in PILLARS.items()
    ]
    return page(
        "词汇 Glossary",
        "一个中文词对应一个英文词和一个代码里的名字。One English word and one name in code per Chinese term; "
        "the data is [glossary.json](glossary.json).",
        *parts,
    )


# Packages of others


def third_party() -> str:
    """Return the page of the packages that an installed Linli holds, with their licences."""
    rows: dict[str, list[str]] = {}
    for name, version, _marker in PINNED.findall(LOCK.read_text(encoding="utf-8")):
        row = rows.setdefault(name, [name, "", _licence(name)])
        row[1] = "、".join(part for part in (row[1], version) if part)
    vendor = ROOT / "src/linli/foundation/ui/static/linli/vendor/README.md"
    drawn = [
        [part.strip() for part in line.strip("|").split("|")]
        for line in vendor.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith("| Package")
    ]
    licences = {folder: _heading(vendor.parent / folder.strip("`/") / "LICENSE.txt") for _, _, folder in drawn}
    return page(
        "第三方软件",
        "邻里以 Apache-2.0 发布。安装后使用下列软件，各按其自己的许可证。",
        "## Python 包（requirements.lock）\n\n" + table(["包", "版本", "许可证"], rows.values()),
        "## 网页文件（随代码分发，许可证全文在各自文件夹内）\n\n"
        + table(["包", "版本", "许可证"], [[name, version, licences[folder]] for name, version, folder in drawn]),
    )


def _licence(name: str) -> str:
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "见该包（本平台不安装）"
    named = about.get("License-Expression") or ""
    classes = [
        line.rsplit(" :: ", 1)[-1] for line in about.get_all("Classifier") or [] if line.startswith("License ::")
    ]
    told = (about.get("License") or "").strip().splitlines()
    return named or "、".join(classes) or (told[0] if told else "见该包")


def _heading(licence: Path) -> str:
    text = licence.read_text(encoding="utf-8")
    kinds = {
        "Apache-2.0": "Apache License",
        "MIT": "MIT License",
        "BSD-3-Clause": "Redistribution and use in source",
        "0BSD": "Zero-Clause BSD",
    }
    return next((name for name, words in kinds.items() if words in text), "MIT")


PAGES: Mapping[str, tuple[str, Callable[[], str]]] = {
    "cli": ("reference/cli.md", commands),
    "errors": ("reference/errors.md", errors),
    "ledger-fields": ("reference/ledger-fields.md", ledger_fields),
    "finding-kinds": ("reference/finding-kinds.md", finding_kinds),
    "policies": ("reference/policies.md", policies),
    "third-party": ("reference/third-party.md", third_party),
    "glossary": ("glossary.md", glossary),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the pages; return 1 where a checked page differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help=f"pages: {', '.join(PAGES)}")
    parser.add_argument("--check", action="store_true")
    chosen = parser.parse_args(arguments)
    stale = []
    for name in chosen.names or PAGES:
        path, make = PAGES[name]
        text, file = make(), DOCS / path
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            stale.append(path)
            if not chosen.check:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
                print(f"wrote docs/{path}")
    if chosen.check and stale:
        print("out of date, run tools/generate_reference.py:", *stale, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
