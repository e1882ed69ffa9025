"""Names that are written as text lead to something: verbs of the trail, jobs, policy figures."""

from __future__ import annotations

import ast
import re

from linli.foundation.jobs.execution import resolve
from linli.foundation.policies import profile
from linli.portal.queries.acts import ACTS

VERB = re.compile(r"(organisation|operation|registry|plans|trail|portal)(\.[a-z0-9]+(-[a-z0-9]+)*){2}")
JOB = re.compile(r"linli(\.[a-z_]+)*\.jobs\.[a-z_]+")
STANDARDS = re.compile(r"standards$|\.at\([^()]*(\(.*\))?\)$")
PLACES_OF_JOBS = re.compile(r"linli\.foundation\.jobs\.")


def texts(trees, pattern, *, leaving=()):
    return {
        node.value
        for file, tree in trees.items()
        if file not in leaving
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and pattern.fullmatch(node.value)
    }


def policy_keys(tree):
    """Keys that are looked up in the standards of a profile."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Constant):
            continue
        asked = ast.unparse(node.value)
        if isinstance(node.slice.value, str) and (
            asked.endswith("standards") or re.search(r"\.at\([^()]*(\(.*\))?\)$", asked)
        ):
            yield node.slice.value


class TestTrail:
    def test_has_words_for_each_verb(self, trees):
        verbs = texts(trees, VERB, leaving=("portal/queries/acts.py",))
        assert len(verbs) > 20
        assert sorted(verbs - set(ACTS)) == []

    def test_has_no_words_for_verbs_that_nobody_uses(self, trees):
        assert sorted(set(ACTS) - texts(trees, VERB, leaving=("portal/queries/acts.py",))) == []


class TestJobs:
    def test_lead_to_functions(self, trees):
        names = {name for name in texts(trees, JOB) if not PLACES_OF_JOBS.match(name)}
        assert "linli.layout.plans.jobs.make_plan" in names
        for name in sorted(names):
            assert callable(resolve(name)), name


class TestPolicyFigures:
    def test_are_in_the_national_profile(self, trees):
        asked = {key for tree in trees.values() for key in policy_keys(tree)}
        assert {"community_households", "facility_per100"} <= asked
        assert sorted(asked - set(profile().versions)) == []
