"""Imports for other systems: upload, settle, preview, commit, as an officer does it step by step."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from ninja import Field, File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from linli.foundation import clock
from linli.foundation.api import FAULTS, Code, Moment, Page, Window, Words, page_of
from linli.organisation.access import require
from linli.organisation.api import TokenRequest, keeper
from linli.organisation.rules import Permission, TokenRight
from linli.registry.errors import ImportUnknown
from linli.registry.operations.imports import (
    answer_questions,
    commit_import,
    discard_import,
    map_columns,
    preview_import,
    settle_system,
    take_back_import,
    upload_import,
)
from linli.registry.queries.imports import ImportCard, import_card, imports_of, rows_of
from linli.registry.rules.importing.questions import Answer, Ask

router = Router(tags=["导入"], auth=keeper(TokenRight.WRITE_IMPORTS))
Kind = Literal["compound", "community", "facility", "parcel", "attributes"]
Verdict = Literal["", "NEW", "CHANGED", "UNCHANGED", "DOUBTFUL", "REFUSED"]


class UploadIn(Schema):
    """What is said of a file."""

    kind: Kind = Field(description="每一行是什么")
    sheet: Words = ""
    source: Words = Field("", description="来源，写进每个数")
    as_of_on: date | None = Field(None, description="数据截至")
    meaning: Words = Field("", description="户数的口径")
    system: Words = Field("", description="坐标系，如 CGCS2000、GCJ02、EPSG:4548")


class ColumnsIn(Schema):
    """Which field each column means; an empty field leaves the column out."""

    mapping: dict[str, str] = Field(description="列名到字段")


class SystemIn(Schema):
    """The coordinate system to read the file by."""

    system: Words


class ImportOut(Schema):
    """An import and how far it has come."""

    number: str
    kind: str
    file_name: str
    sheet: str
    source: str
    as_of_on: date | None
    meaning: str
    stage: str
    mapping: dict[str, str] = Field(description="列名到字段；空为不导入")
    system: str = Field(description="采用的坐标系；空为还没有定")
    counts: dict[str, int] = Field(description="预览结果：NEW、CHANGED、UNCHANGED、DOUBTFUL、REFUSED 各几行")
    uploaded_at: Moment
    committed_at: Moment | None
    taken_back_at: Moment | None


class ImportPage(Page):
    """A page of imports."""

    items: list[ImportOut]


class AnswersIn(Schema):
    """What a person says of rows in doubt."""

    rows: list[int] = Field(min_length=1, max_length=1000, description="行号")
    answer: Answer = Field(
        description="SAME 是同一个、DIFFERENT 不是同一个、SKIP 这一行不导入；数据矛盾时 SAME 用文件里的"
    )
    ask: Ask | None = Field(None, description="只答这一类问题；不给就是这些行的全部问题")


class QuestionOut(Schema):
    """What only a person can say of a row, with both sides."""

    ask: Ask
    code: str = Field(description="台账里的编码")
    confidence: float = Field(description="是同一个的把握，0 到 1")
    held: dict[str, str] = Field(description="台账里的")
    came: dict[str, str] = Field(description="文件里的")
    answer: str = Field(description="已经答了什么；空为还没有答")


class RowOut(Schema):
    """A row with its verdict."""

    row: int
    verdict: str
    code: str
    name: str
    changes: dict[str, list[Any]]
    faults: list[str]
    warnings: list[str]
    questions: list[QuestionOut]


class RowPage(Page):
    """A page of rows."""

    items: list[RowOut]


@router.get("/imports", response={200: ImportPage, **FAULTS}, summary="导入列表")
def imports(request: TokenRequest, window: Query[Window]) -> dict[str, Any]:
    """List the imports of the offices that the token covers, the newest first."""
    scope = request.scope
    require(scope, Permission.IMPORT)
    offices = None if scope.is_whole_district else frozenset(scope.area_office_codes)
    return page_of(request, imports_of(scope.district_code, offices=offices, limit=None), window)


@router.post("/imports", response={201: ImportOut, **FAULTS}, summary="上传文件")
def upload(request: TokenRequest, said: Form[UploadIn], file: File[UploadedFile]) -> Status[ImportCard]:
    """Take a file in and propose how to read it; the ledger stays as it is."""
    card = upload_import(
        scope=request.scope,
        content=file.read(),
        file_name=file.name or "upload",
        now=clock.now(),
        **said.dict(),
    )
    return Status(201, card)


@router.get("/imports/{number}", response={200: ImportOut, **FAULTS}, summary="一次导入")
def detail(request: TokenRequest, number: Code) -> ImportCard:
    """Show an import."""
    return _card(request, number)


@router.get("/imports/{number}/rows", response={200: RowPage, **FAULTS}, summary="逐行预览")
def rows(request: TokenRequest, number: Code, window: Query[Window], verdict: Verdict = "") -> dict[str, Any]:
    """List the rows with their verdicts, as the last preview judged them."""
    counts = _card(request, number).counts
    total = counts.get(verdict, 0) if verdict else sum(counts.get(one, 0) for one in _VERDICTS)
    found = rows_of(number, verdict=verdict, offset=window.offset, limit=window.limit)
    return page_of(request, found, window, total=total)


@router.post("/imports/{number}/columns", response={200: ImportOut, **FAULTS}, summary="对列")
def columns(request: TokenRequest, number: Code, said: ColumnsIn) -> ImportCard:
    """Settle which field each column means."""
    _card(request, number)
    return map_columns(number, scope=request.scope, mapping=said.mapping, now=clock.now())


@router.post("/imports/{number}/system", response={200: ImportOut, **FAULTS}, summary="定坐标系")
def system(request: TokenRequest, number: Code, said: SystemIn) -> ImportCard:
    """Settle the coordinate system."""
    _card(request, number)
    return settle_system(number, scope=request.scope, system=said.system, now=clock.now())


@router.post("/imports/{number}/preview", response={200: ImportOut, **FAULTS}, summary="预览")
def preview(request: TokenRequest, number: Code) -> ImportCard:
    """Judge every row against the ledger; nothing is written."""
    _card(request, number)
    return preview_import(number, scope=request.scope, now=clock.now())


@router.post("/imports/{number}/answers", response={200: ImportOut, **FAULTS}, summary="判断")
def answers(request: TokenRequest, number: Code, said: AnswersIn) -> ImportCard:
    """Settle rows in doubt; the file is judged again."""
    _card(request, number)
    return answer_questions(
        number, scope=request.scope, rows=said.rows, answer=said.answer, ask=said.ask or "", now=clock.now()
    )


@router.post("/imports/{number}/commit", response={200: ImportOut, **FAULTS}, summary="写入台账")
def commit(request: TokenRequest, number: Code, only_good: bool = False) -> ImportCard:
    """Write the file into the ledger; refused rows refuse the file unless only good ones are asked for."""
    _card(request, number)
    return commit_import(number, scope=request.scope, only_good=only_good, now=clock.now())


@router.post("/imports/{number}/discard", response={204: None, **FAULTS}, summary="丢弃")
def discard(request: TokenRequest, number: Code) -> Status[None]:
    """Throw a file away that was never written."""
    _card(request, number)
    discard_import(number, scope=request.scope, now=clock.now())
    return Status(204, None)


@router.post("/imports/{number}/take-back", response={200: ImportOut, **FAULTS}, summary="撤回")
def take_back(request: TokenRequest, number: Code) -> ImportCard:
    """Take a written import back as a whole."""
    _card(request, number)
    take_back_import(number, scope=request.scope, now=clock.now())
    return _card(request, number)


_VERDICTS = ("NEW", "CHANGED", "UNCHANGED", "DOUBTFUL", "REFUSED")


def _card(request: TokenRequest, number: str) -> ImportCard:
    card = import_card(number, district=request.scope.district_code)
    if card is None or not (request.scope.is_whole_district or request.scope.covers(card.office_code)):
        raise ImportUnknown(number=number)
    return card
