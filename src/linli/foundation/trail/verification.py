"""The check of a chain against its head and its seals: pure, in one pass over the links."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.foundation.trail.rules import GENESIS, SEALED, Link, chained_hash
from linli.foundation.trail.seals import Seal


class Kind(StrEnum):
    """What is wrong with a chain."""

    HASH_WRONG = "HASH_WRONG"
    LINK_BROKEN = "LINK_BROKEN"
    SEQUENCE_GAP = "SEQUENCE_GAP"
    SEQUENCE_TWICE = "SEQUENCE_TWICE"
    HEAD_MISSING = "HEAD_MISSING"
    HEAD_WRONG = "HEAD_WRONG"
    TAIL_CUT = "TAIL_CUT"
    SEAL_DISAGREES = "SEAL_DISAGREES"
    SEAL_FORGED = "SEAL_FORGED"
    SEAL_MISSING = "SEAL_MISSING"


WORDS: dict[Kind, str | Promise] = {
    Kind.HASH_WRONG: _("第 %(sequence)d 条的内容与校验值不符：内容、时间或操作者被改动，或用了别的密钥"),
    Kind.LINK_BROKEN: _("第 %(sequence)d 条没有接在上一条之后：有记录被插入、替换或调换"),
    Kind.SEQUENCE_GAP: _("第 %(sequence)d 条之前缺少记录：有记录被删除或移走"),
    Kind.SEQUENCE_TWICE: _("序号 %(sequence)d 出现不止一次：有记录被插入"),
    Kind.HEAD_MISSING: _("链首丢失，无法说明最后一条是第几条（现存到第 %(sequence)d 条）"),
    Kind.HEAD_WRONG: _("链首与现存最后一条（第 %(sequence)d 条）不符：末尾被截去或链首被改动"),
    Kind.TAIL_CUT: _("封存时已有第 %(sequence)d 条，现已不存在：末尾被截去"),
    Kind.SEAL_DISAGREES: _("第 %(sequence)d 条与封存的校验值不符：封存之后整段被重写"),
    Kind.SEAL_FORGED: _("第 %(sequence)d 号封存的校验不符：封存文件被改动"),
    Kind.SEAL_MISSING: _("链中记有第 %(sequence)d 号封存，封存文件中却没有：封存文件被删减"),
}


@dataclass(frozen=True, slots=True)
class ChainFault:
    """One thing wrong; ``sequence`` is that of the entry, or the number of the seal for faults of seals."""

    kind: Kind
    sequence: int

    @property
    def sentence(self) -> str:
        """The fault as a Chinese sentence."""
        return str(WORDS[self.kind]) % {"sequence": self.sequence}


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of a check.

    Args:
        faults: What is wrong; empty when nothing is.
        entries: How many entries were read.
        after_newest_seal: How many of them lie after the newest seal. Were they cut off together with the head,
            nothing could show it: seal often and keep copies elsewhere.
    """

    faults: tuple[ChainFault, ...]
    entries: int
    after_newest_seal: int

    @property
    def is_intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def check_chain(
    links: Iterable[Link], *, head: tuple[int, str] | None, seals: Sequence[Seal], district: str, key: bytes
) -> Verification:
    """Check every link, the head and every seal of a district's chain.

    Args:
        links: The district's entries in the order of their sequence; consumed once, so it may stream.
        head: Sequence and hash of the head row, or ``None`` when there is none.
        seals: The lines of the seal file in order.
        district: Code of the district.
        key: The key of the chain.
    """
    faults: list[ChainFault] = []
    sealed_hash_at = {seal.sequence: seal.hash for seal in seals}
    numbers_of_seals = {seal.number for seal in seals}
    recorded_seals: list[int] = []
    previous_hash, previous_sequence, entries = GENESIS, 0, 0
    for link in links:
        record, entries = link.record, entries + 1
        if record.sequence == previous_sequence:
            faults.append(ChainFault(Kind.SEQUENCE_TWICE, record.sequence))
        elif record.sequence != previous_sequence + 1:
            faults.append(ChainFault(Kind.SEQUENCE_GAP, record.sequence))
        if record.previous_hash != previous_hash:
            faults.append(ChainFault(Kind.LINK_BROKEN, record.sequence))
        if record.district_code != district or chained_hash(record, key=key) != link.hash:
            faults.append(ChainFault(Kind.HASH_WRONG, record.sequence))
        if sealed_hash_at.get(record.sequence, link.hash) != link.hash:
            faults.append(ChainFault(Kind.SEAL_DISAGREES, record.sequence))
        if record.verb == SEALED:
            recorded_seals += _number_of(link)
        previous_hash, previous_sequence = link.hash, record.sequence
    faults += _faults_of_head(head, entries=entries, last=(previous_sequence, previous_hash))
    faults += _faults_of_seals(seals, district=district, key=key)
    faults += [ChainFault(Kind.SEAL_MISSING, n) for n in recorded_seals if n not in numbers_of_seals]
    newest = max(sealed_hash_at, default=0)
    if newest > previous_sequence:
        faults.append(ChainFault(Kind.TAIL_CUT, newest))
    return Verification(tuple(faults), entries, max(previous_sequence - newest, 0))


def _number_of(link: Link) -> list[int]:
    """Return the number of the seal an entry tells of; nothing when its details were spoilt."""
    try:
        number = json.loads(link.record.details_json)["number"]
    except (ValueError, KeyError, TypeError):
        return []
    return [number] if isinstance(number, int) else []


def _faults_of_head(head: tuple[int, str] | None, *, entries: int, last: tuple[int, str]) -> list[ChainFault]:
    if head is None:
        return [ChainFault(Kind.HEAD_MISSING, last[0])] if entries else []
    return [] if head == last else [ChainFault(Kind.HEAD_WRONG, last[0])]


def _faults_of_seals(seals: Sequence[Seal], *, district: str, key: bytes) -> list[ChainFault]:
    faults = []
    previous_mac, previous_sequence = GENESIS, 0
    for place, seal in enumerate(seals, start=1):
        sound = (
            seal.number == place
            and seal.district_code == district
            and seal.previous_mac == previous_mac
            and seal.sequence > previous_sequence
            and seal.mac == seal.expected_mac(key=key)
        )
        if not sound:
            faults.append(ChainFault(Kind.SEAL_FORGED, place))
        previous_mac, previous_sequence = seal.mac, seal.sequence
    return faults
