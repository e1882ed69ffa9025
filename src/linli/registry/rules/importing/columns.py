"""Which field each column of a table means: proposed with a reason, settled by a person."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from linli.foundation.names import plain_name
from linli.foundation.tables import JOINT
from linli.registry.rules.fields import LedgerField
from linli.registry.rules.importing.kinds import USUAL_CODE_HEADINGS, USUAL_HEADINGS, USUAL_NAME_HEADINGS, KindRules
from linli.registry.rules.importing.values import IN_BRACKETS

#: Headings of personal data that no ledger of the house takes, whatever the catalogue says.
PERSONAL_HEADING = re.compile(r"身份证|证件号|手机号|户主|姓名|联系电话|联系方式")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Share of equal characters from which two headings are worth proposing.
LEAST_LIKENESS = 0.72

REMEMBERED, EXACT, ALIAS, NORMALISED, FUZZY = "REMEMBERED", "EXACT", "ALIAS", "NORMALISED", "FUZZY"
RESTRICTED, PERSONAL, NONE, RETURNED = "RESTRICTED", "PERSONAL", "NONE", "RETURNED"
#: Heading of the column in which refused rows come back with their reasons; loaded again, it is left out.
REASON_HEADING = "退回原因"
DROPPED = frozenset({RESTRICTED, PERSONAL})


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """What a column seems to mean.

    Attributes:
        heading: The heading.
        field: Key of the field; empty where the column is left out.
        reason: Why, one of the names above.
        score: How sure, 0 to 1.
        like: The word of the catalogue that the heading was found alike to.
    """

    heading: str
    field: str
    reason: str
    score: float
    like: str = ""

    @property
    def is_dropped(self) -> bool:
        """Whether the column holds what the ledger must not take."""
        return self.reason in DROPPED


def propose_columns(
    headings: Sequence[str], kind: KindRules, *, remembered: Mapping[str, str]
) -> tuple[ColumnProposal, ...]:
    """Return a proposal per heading, in order; a field is proposed for one column at most, the surest.

    Args:
        headings: Headings of the table.
        kind: What the rows are about.
        remembered: Heading to field as the office settled it before; an empty field means left out.

    Examples:
        >>> from linli.registry.rules.importing.kinds import rules_of
        >>> headings = ["小区名称", "总户数（户）", "联系电话", "序号"]
        >>> found = propose_columns(headings, rules_of("compound"), remembered={})
        >>> [(column.field, column.reason) for column in found]
        [('compound_name', 'EXACT'), ('household_count', 'ALIAS'), ('', 'RESTRICTED'), ('', 'NONE')]
    """
    words = _words(kind)
    candidates = [
        candidate for place, heading in enumerate(headings) for candidate in _candidates(place, heading, words, kind)
    ]
    taken_fields: set[str] = set()
    chosen: dict[int, ColumnProposal] = {}
    for place, heading in enumerate(headings):
        said = remembered.get(heading)
        if said is not None and (not said or said in kind.catalogue) and said not in taken_fields:
            chosen[place] = ColumnProposal(heading, said, REMEMBERED, 1.0)
            taken_fields.update({said} - {""})
    chosen |= {
        place: ColumnProposal(heading, "", RETURNED, 1.0)
        for place, heading in enumerate(headings)
        if heading.startswith(REASON_HEADING)
    }
    for place, proposal in sorted(candidates, key=lambda one: (-one[1].score, one[0])):
        if place in chosen or proposal.field in taken_fields:
            continue
        chosen[place] = proposal
        taken_fields.add(proposal.field)
    return tuple(
        _without_restricted(chosen.get(place) or ColumnProposal(heading, "", NONE, 0.0), kind)
        for place, heading in enumerate(headings)
    )


def is_restricted(heading: str, field: str, kind: KindRules) -> bool:
    """Say whether a column must be dropped: its field is restricted, or its heading speaks of persons."""
    known = kind.catalogue.get(field)
    return bool(known and known.privacy == "restricted") or bool(PERSONAL_HEADING.search(heading))


def _without_restricted(proposal: ColumnProposal, kind: KindRules) -> ColumnProposal:
    if not is_restricted(proposal.heading, proposal.field, kind):
        return proposal
    reason = RESTRICTED if proposal.field else PERSONAL
    return ColumnProposal(proposal.heading, "", reason, proposal.score, proposal.like)


def _words(kind: KindRules) -> list[tuple[str, str, str]]:
    """Return (word, field, reason if equal) of everything a heading may be alike to."""
    words: list[tuple[str, str, str]] = []
    for key, field in kind.catalogue.items():
        words += [(field.name.zh, key, EXACT), (field.name.en, key, EXACT)]
        words += [(word, key, ALIAS) for word in (key, *field.aliases, *_usual(key, field, kind))]
    return words


def _usual(key: str, field: LedgerField, kind: KindRules) -> tuple[str, ...]:
    usual = USUAL_HEADINGS.get(key, ())
    if key == kind.code:
        usual += USUAL_CODE_HEADINGS
    if key == kind.name:
        usual += USUAL_NAME_HEADINGS
    return tuple(word for word in usual if word not in field.aliases)


def _candidates(
    place: int, heading: str, words: list[tuple[str, str, str]], kind: KindRules
) -> list[tuple[int, ColumnProposal]]:
    found: dict[str, ColumnProposal] = {}
    spellings = [(said, plain_name(said), _bare(said)) for said in _spellings(heading)]
    for word, key, reason in words:
        likeness = max(_likeness(said, plain, bare, word) for said, plain, bare in spellings)
        if likeness < LEAST_LIKENESS:
            continue
        said = reason if likeness >= 0.98 else NORMALISED if likeness >= 0.95 else FUZZY
        # Of equal words the catalogue's own heading goes first, the code before the name.
        score = likeness + (0.004 if reason == EXACT else 0) + (0.002 if key == kind.code else 0)
        if key not in found or score > found[key].score:
            found[key] = ColumnProposal(heading, key, said, score, word)
    return [(place, proposal) for proposal in found.values()]


def _spellings(heading: str) -> tuple[str, ...]:
    """Return what a heading of several lines may mean: 人口/常住 is 常住, 人口常住 or 常住人口.

    Examples:
        >>> _spellings("人口/常住"), _spellings("户数")
        (('人口/常住', '常住', '人口常住', '常住人口'), ('户数',))
    """
    above, joint, last = heading.rpartition(JOINT)
    if not joint:
        return (heading,)
    upper = above.rpartition(JOINT)[2]
    return (heading, last, upper + last, last + upper)


def _likeness(heading: str, plain: str, bare: str, word: str) -> float:
    if heading.lower() == word.lower():
        return 0.99
    plain_word = plain_name(word)
    if plain == plain_word:
        return 0.98
    if bare == plain_word or bare == _bare(word):
        return 0.95
    # A word of two characters is alike to half the catalogue, and Latin words share letters by chance.
    if min(len(bare), len(plain_word)) < 3 or not CHINESE.search(bare):
        return 0.0
    matcher = SequenceMatcher(None, bare, plain_word, autojunk=False)
    return 0.9 * matcher.ratio() if matcher.real_quick_ratio() >= LEAST_LIKENESS else 0.0


def _bare(heading: str) -> str:
    """Return a heading without its unit in brackets, tidied."""
    return plain_name(IN_BRACKETS.sub("", heading))
