"""The engine's answer: a layout with everything needed to judge it and to make it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from linli.engine.districting.constraints import RuleVerdict
from linli.engine.districting.objectives import Scores
from linli.engine.districting.problem import Ints
from linli.engine.errors import PlanNotReadable

ENGINE_VERSION = "2"
FORMAT = "linli-plan/1"


@dataclass(frozen=True, eq=False)
class Plan:
    """One layout in draft, as the engine found it.

    Attributes:
        assignment: Index into ``community_ids`` per parcel, -1 for none, in the order of the input, shape ``(n,)``.
        parcel_ids: Public id per parcel, in the order of the input.
        community_ids: Present communities in the order of the input (abolished ones too), then ``new-1``, ``new-2`` …
        parameters: Rules and wishes as asked.
        seed: Seed of every random choice.
        sweeps: Sweeps that made this plan; the same seed and sweeps make it again.
        data_hash: SHA-256 of everything asked, with parcels in the order of their ids.
        rules: Verdict on each hard rule.
        scores: The four principles and stability.
        totals: Smallest and largest community, in what the band counts.
        moved: Households (or people) whose community changes.
        bound: Households that every plan must move, proven; None where no bound is known.
        engine_version: Version of the engine's results; the same version gives the same bytes.
    """

    assignment: Ints
    parcel_ids: tuple[str, ...]
    community_ids: tuple[str, ...]
    parameters: Mapping[str, object]
    seed: int
    sweeps: int
    data_hash: str
    rules: tuple[RuleVerdict, ...]
    scores: Scores
    totals: tuple[int, int]
    moved: int
    bound: int | None
    engine_version: str = ENGINE_VERSION

    @property
    def feasible(self) -> bool:
        """Whether every hard rule holds."""
        return all(rule.ok for rule in self.rules)

    @property
    def k(self) -> int:
        """Number of communities that hold parcels."""
        return len(np.unique(self.assignment[self.assignment >= 0]))

    @property
    def new_ids(self) -> tuple[str, ...]:
        """Ids of the communities that the plan founds."""
        return tuple(code for code in self.community_ids if code.startswith("new-"))

    @property
    def gap(self) -> float | None:
        """How far the moved households exceed the bound, relative to them; 0 is proven best."""
        if self.bound is None:
            return None
        return 0.0 if self.moved == 0 else round((self.moved - self.bound) / self.moved, 4)

    @property
    def plan_hash(self) -> str:
        """SHA-256 of the canonical bytes without the run."""
        return hashlib.sha256(self.to_json()).hexdigest()

    def to_json(self, *, run: Mapping[str, object] | None = None) -> bytes:
        """Return canonical UTF-8 bytes: sorted keys, no blanks.

        Args:
            run: What differs from run to run, such as seconds; written under ``run``, outside the hash.
        """
        record: dict[str, object] = {
            "format": FORMAT,
            "feasible": self.feasible,
            "k": self.k,
            "objective": {"moved": self.moved},
            "bound": self.bound,
            "gap": self.gap,
            "totals": {"min": self.totals[0], "max": self.totals[1]},
            "assignment": self.assignment.tolist(),
            "ids": self.parcel_ids,
            "communities": self.community_ids,
            "parameters": self.parameters,
            "seed": self.seed,
            "sweeps": self.sweeps,
            "data_hash": self.data_hash,
            "engine_version": self.engine_version,
            "rules": [asdict(rule) for rule in self.rules],
            "scores": asdict(self.scores),
        }
        if run is not None:
            record["run"] = dict(run)
        return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, text: bytes | str) -> Plan:
        """Read a plan back; its run is dropped.

        Raises:
            PlanNotReadable: The text is no plan of this format.
        """
        try:
            record = json.loads(text)
            if record["format"] != FORMAT:
                raise PlanNotReadable("expected another format", expected=FORMAT, came=record["format"])
            return cls(
                assignment=np.array(record["assignment"], dtype=np.int32),
                parcel_ids=tuple(record["ids"]),
                community_ids=tuple(record["communities"]),
                parameters=record["parameters"],
                seed=record["seed"],
                sweeps=record["sweeps"],
                data_hash=record["data_hash"],
                rules=tuple(
                    RuleVerdict(rule["rule"], rule["ok"], tuple(rule["offenders"]), tuple(rule["excused"]))
                    for rule in record["rules"]
                ),
                scores=Scores(**record["scores"]),
                totals=(record["totals"]["min"], record["totals"]["max"]),
                moved=record["objective"]["moved"],
                bound=record["bound"],
                engine_version=record["engine_version"],
            )
        except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as fault:
            raise PlanNotReadable("the text is no plan", expected=FORMAT) from fault
