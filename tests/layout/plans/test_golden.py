from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tests.factories.registry import grid_district

GOLDEN = Path(__file__).parents[2] / "golden" / "plan_grid.json"


class TestTheSameSeed:
    def test_gives_the_same_bytes_on_every_database(self, ask) -> None:
        """The file was written on SQLite; this test runs on whichever database the run has."""
        grid_district("AAABB AA.BB AACBB CCCCC", "66534 7+202 54631 43213")
        revision = ask().revisions.get()
        record = json.loads(bytes(revision.document))
        seconds = record.pop("run")["seconds"]
        written = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert written == GOLDEN.read_text(encoding="utf-8").rstrip("\n")
        assert revision.content_hash == hashlib.sha256(written.encode()).hexdigest()
        assert seconds >= 0
