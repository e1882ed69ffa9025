"""What a token may learn of itself and of the offices in its area."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Field, Router, Schema

from linli.foundation.api import FAULTS
from linli.organisation.api.gate import TokenRequest, keeper

router = Router(tags=["令牌"])


class OwnToken(Schema):
    """The token that asks, and the post that it stands for."""

    number: str = Field(description="令牌编号")
    name: str = Field(description="用途")
    rights: list[str] = Field(description="令牌的权限")
    ends_on: date = Field(description="到期日，当天起失效")
    post: str = Field(description="岗位编号")
    office: str = Field(description="单位编号")
    district: str = Field(description="区编号")
    area: str = Field(description="管辖范围的单位编号")
    area_name: str = Field(description="管辖范围的名称")


@router.get("/token", response={200: OwnToken, **FAULTS}, auth=keeper(None), summary="本令牌的权限和范围")
def own_token(request: TokenRequest) -> dict[str, Any]:
    """Say what the token may do, and where."""
    token, scope = request.token, request.scope
    return {
        "number": token.number,
        "name": token.name,
        "rights": [right.value for right in token.rights],
        "ends_on": token.ends_on,
        "post": token.post.code,
        "office": scope.office_code,
        "district": scope.district_code,
        "area": scope.area_code,
        "area_name": token.post.area.name,
    }
