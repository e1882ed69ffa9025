"""Claims of membership (主张) that a file makes for the importing office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from linli.registry.models import Claim, ImportBatch
from linli.registry.operations.imports.founding import keys_of_communities


def write_claims(claims: Iterable[tuple[str, str]], *, claim: str, batch: ImportBatch, now: datetime) -> None:
    """Write what the office says of membership; what it said of the same things before is withdrawn.

    Args:
        claims: Code of the subject and of the community.
        claim: Kind of the claims.
        batch: The import.
        now: When.
    """
    said = dict(claims)
    keys = keys_of_communities(batch.district)
    earlier = Claim.objects.filter(
        district=batch.district, kind=claim, withdrawn_at=None, origin__office_code=batch.office_code
    ).values_list("pk", "subject_code")
    withdrawn = [key for key, code in earlier if code in said]
    for start in range(0, len(withdrawn), 500):
        Claim.objects.filter(pk__in=withdrawn[start : start + 500]).update(withdrawn_at=now)
    Claim.objects.bulk_create(
        (
            Claim(
                district=batch.district,
                kind=claim,
                subject_code=code,
                community_id=keys[community],
                source=batch.source,
                as_of_on=batch.as_of_on,
                recorded_at=now,
                origin=batch,
            )
            for code, community in said.items()
        ),
        batch_size=1000,
    )
