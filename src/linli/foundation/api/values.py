"""Values as the API takes and prints them: codes without surprises, moments with their offset."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Field
from pydantic import PlainSerializer, WithJsonSchema

from linli.foundation.clock import SHANGHAI

#: A public code in an address.
Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z-]{0,39}$", description="编号")]
#: Words to search for; no control characters.
Words = Annotated[str, Field(max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")]
#: A moment, printed in Shanghai's time.
Moment = Annotated[
    datetime,
    PlainSerializer(lambda moment: moment.astimezone(SHANGHAI).isoformat(), return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
