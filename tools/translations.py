"""Keep the English translation whole: find every message, merge them into the catalogue, compile it.

Messages are Chinese in the source. ``update`` writes new ones with empty English into ``django.po``, drops those
that are gone and keeps the rest; ``compile`` writes ``django.mo`` beside it; ``check`` compares all three and
returns 1 where something is missing. Nothing but Django is needed: Python files are read as syntax trees and
templates by Django's own parser, so that a message is found exactly as it will be asked for.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import struct
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.template.base import FilterExpression, Variable

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "linli"
CATALOGUE = SOURCE / "foundation" / "locale" / "en" / "LC_MESSAGES" / "django.po"
HEADER = (
    "Project-Id-Version: linli\n"
    "Language: en\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Plural-Forms: nplurals=2; plural=(n != 1);\n"
)
#: Function -> places of context, singular and plural among its arguments; -1 for none.
FUNCTIONS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (-1, 0, -1)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (-1, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, -1)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
HAN = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*\d*(?:\.\d+)?[a-z]|%[sdrf%]|\{\w*\}")
CONSTANT = re.compile(r"""\b_\(("[^"]*"|'[^']*')\)""")
LINE = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+)?"(.*)"')


@dataclass(frozen=True, slots=True)
class Message:
    """A message and its translation.

    Args:
        text: The Chinese text.
        plural: The Chinese text for many; empty where number plays no part.
        context: What tells it apart from the same text elsewhere; empty for none.
        english: The translation, two forms where ``plural`` is set.
        files: Where it is asked for.
    """

    text: str
    plural: str = ""
    context: str = ""
    english: tuple[str, ...] = field(default=())
    files: tuple[str, ...] = field(default=())

    @property
    def key(self) -> tuple[str, str]:
        """What the catalogue looks it up by."""
        return self.context, self.text

    @property
    def is_translated(self) -> bool:
        """Whether every form has English."""
        return len(self.english) == (2 if self.plural else 1) and all(self.english)


class UnreadableMessage(ValueError):
    """A call asks for the translation of something that is no literal text."""


def messages_of_python(code: str, *, file: str) -> Iterator[Message]:
    """Find the messages of a Python file.

    Raises:
        UnreadableMessage: A message is put together while running, so no catalogue can hold it.

    Examples:
        >>> [m.text for m in messages_of_python('_("第 %d 行") % 3', file="a.py")]
        ['第 %d 行']
    """
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in FUNCTIONS:
            continue
        context, one, many = (_literal(node, place, file) for place in FUNCTIONS[name])
        yield Message(one, many, context, files=(file,))


def _literal(call: ast.Call, place: int, file: str) -> str:
    if place < 0:
        return ""
    given = call.args[place] if place < len(call.args) else None
    if not isinstance(given, ast.Constant) or not isinstance(given.value, str):
        raise UnreadableMessage(f"{file}:{call.lineno}: a message must be literal text")
    return given.value


def messages_of_template(text: str, *, file: str) -> Iterator[Message]:
    """Find the messages of a template, as Django's parser understands it. Needs Django to be set up."""
    from django.template import Origin, Template
    from django.template.base import Lexer, TokenType
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode

    template = Template(text, origin=Origin(name=file))
    for node in template.nodelist.get_nodes_by_type(TranslateNode):
        yield Message(_constant(node.filter_expression), context=_constant(node.message_context), files=(file,))
    for node in template.nodelist.get_nodes_by_type(BlockTranslateNode):
        one, _names = node.render_token_list(node.singular)
        many, _names = node.render_token_list(node.plural) if node.plural else ("", ())
        yield Message(one, many, _constant(node.message_context), files=(file,))
    # A constant such as _("小区") becomes a lazy text while it is parsed, so its words are read from the token.
    for token in Lexer(text).tokenize():
        if token.token_type in {TokenType.BLOCK, TokenType.VAR}:
            for words in CONSTANT.findall(token.contents):
                yield Message(ast.literal_eval(words), files=(file,))


def _constant(expression: FilterExpression | None) -> str:
    """Return the text of an expression that is one; a variable is translated where its text was made."""
    var = expression.var if expression is not None else ""
    if isinstance(var, Variable):
        return var.literal if isinstance(var.literal, str) else ""
    return str(var)


def bare_chinese(text: str) -> Iterator[str]:
    """Return the Chinese of a template that no translation reaches.

    Examples:
        >>> list(bare_chinese('<p>小区</p>{% translate "社区" %}'))
        ['小区']
    """
    from django.template.base import Lexer, TokenType

    inside = ""
    for token in Lexer(text).tokenize():
        if token.token_type is TokenType.BLOCK:
            name = token.contents.split()[0]
            if name in {"blocktranslate", "blocktrans", "comment"}:
                inside = name
            elif name == f"end{inside}":
                inside = ""
        elif token.token_type is TokenType.TEXT and not inside:
            yield from (line.strip() for line in token.contents.splitlines() if HAN.search(line))


def templates() -> tuple[Path, ...]:
    """Return the templates of the house."""
    return tuple(sorted(SOURCE.rglob("templates/**/*.html")))


def source_messages() -> tuple[Message, ...]:
    """Return every message of the source once, in the order of the files."""
    set_up()
    found: dict[tuple[str, str], Message] = {}
    for path in (*sorted(SOURCE.rglob("*.py")), *templates()):
        file = path.relative_to(SOURCE).as_posix()
        read = messages_of_python if path.suffix == ".py" else messages_of_template
        for message in read(path.read_text(encoding="utf-8"), file=file):
            if not message.text:
                continue
            known = found.get(message.key, message)
            files = tuple(dict.fromkeys((*known.files, file)))
            found[message.key] = replace(known, plural=known.plural or message.plural, files=files)
    return tuple(found.values())


def set_up() -> None:
    """Start Django, whose parser knows the house's own tags."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings.test")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


def read_po(text: str) -> tuple[Message, ...]:
    r"""Read a catalogue, its header left out.

    Examples:
        >>> read_po('msgid "户"\nmsgstr "household"\n')
        (Message(text='户', plural='', context='', english=('household',), files=()),)
    """
    found = []
    for block in re.split(r"\n\s*\n", text):
        parts: dict[str, str] = {}
        name = ""
        files = []
        for line in block.splitlines():
            if line.startswith("#: "):
                files.append(line[3:])
            elif matched := LINE.fullmatch(line.strip()):
                name = matched[1] or name
                parts[name] = parts.get(name, "") + ast.literal_eval(f'"{matched[2]}"')
        if parts.get("msgid"):
            english = tuple(parts[key] for key in sorted(parts) if key.startswith("msgstr"))
            found.append(
                Message(
                    parts["msgid"],
                    parts.get("msgid_plural", ""),
                    parts.get("msgctxt", ""),
                    english if any(english) else (),
                    tuple(files),
                )
            )
    return tuple(found)


def po_text(messages: Iterable[Message]) -> str:
    """Return a catalogue as text."""
    blocks = ["\n".join(['msgid ""', 'msgstr ""', *(_quoted(line) for line in HEADER.splitlines(keepends=True))])]
    for message in messages:
        lines = [f"#: {file}" for file in message.files]
        if message.context:
            lines.append(f"msgctxt {_quoted(message.context)}")
        lines.append(f"msgid {_quoted(message.text)}")
        english = message.english or ("",) * (2 if message.plural else 1)
        if message.plural:
            lines.append(f"msgid_plural {_quoted(message.plural)}")
            lines += [f"msgstr[{place}] {_quoted(form)}" for place, form in enumerate(english)]
        else:
            lines.append(f"msgstr {_quoted(english[0])}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def mo_bytes(messages: Iterable[Message]) -> bytes:
    """Compile a catalogue into the binary form of GNU gettext, without a hash table.

    Messages without English are left out, so that a reader sees Chinese rather than nothing.
    """
    pairs = {b"": HEADER.encode()}
    for message in messages:
        if message.is_translated:
            key = "\0".join(part for part in (message.text, message.plural) if part)
            named = f"{message.context}\x04{key}" if message.context else key
            pairs[named.encode()] = "\0".join(message.english).encode()
    keys = sorted(pairs)
    start = 7 * 4
    offset = start + len(keys) * 16
    tables: list[list[int]] = [[], []]
    body = b""
    for table, texts in zip(tables, (keys, [pairs[key] for key in keys]), strict=True):
        for text in texts:
            table += [len(text), offset + len(body)]
            body += text + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), start, start + len(keys) * 8, 0, 0)
    return head + b"".join(struct.pack(f"<{len(table)}I", *table) for table in tables) + body


def merged(source: Iterable[Message], known: Iterable[Message]) -> tuple[Message, ...]:
    """Return the messages of the source with the English that is known."""
    english = {(*message.key, message.plural): message.english for message in known}
    return tuple(replace(message, english=english.get((*message.key, message.plural), ())) for message in source)


def wrong_placeholders(messages: Iterable[Message]) -> tuple[str, ...]:
    """Return the messages whose English does not name the same placeholders."""
    return tuple(
        message.text
        for message in messages
        if message.is_translated
        and sorted(PLACEHOLDER.findall(message.english[-1])) != sorted(PLACEHOLDER.findall(message.text))
    )


def faults() -> tuple[str, ...]:
    """Return what keeps the English from being whole, one sentence each."""
    known = read_po(CATALOGUE.read_text(encoding="utf-8"))
    wanted = merged(source_messages(), known)
    keys = {message.key for message in wanted}
    compiled = CATALOGUE.with_suffix(".mo")
    return (
        *(f"no English: {message.text!r} ({message.files[0]})" for message in wanted if not message.is_translated),
        *(f"no longer asked for: {message.text!r}" for message in known if message.key not in keys),
        *(f"other placeholders in English: {text!r}" for text in wrong_placeholders(known)),
        *(() if compiled.is_file() and compiled.read_bytes() == mo_bytes(known) else ("django.mo is out of date",)),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Update, compile or check; return 1 where something is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("act", choices=["update", "compile", "check"])
    act = parser.parse_args(arguments).act
    if act == "update":
        known = read_po(CATALOGUE.read_text(encoding="utf-8")) if CATALOGUE.is_file() else ()
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_text(po_text(merged(source_messages(), known)), encoding="utf-8")
    if act in {"update", "compile"}:
        CATALOGUE.with_suffix(".mo").write_bytes(mo_bytes(read_po(CATALOGUE.read_text(encoding="utf-8"))))
        return 0
    found = faults()
    print("\n".join(found) or "every message has English")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
