"""``linli import``: read a file, tell what each row would do, write it to the ledger."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from linli.cli.acting import acting_scope
from linli.cli.answers import answer, faults_told, json_option, start_django

KINDS = ["compound", "community", "facility", "parcel", "attributes"]


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--ledger", required=True, type=click.Choice(KINDS), help="每一行是什么。")
@click.option("--district", default="", help="区的编号；写了就核对岗位在这个区。")
@click.option("--as", "username", default="planner", show_default=True, help="以谁的名义导入。")
@click.option("--post", default="", help="岗位编号；账号有多个岗位时必填。")
@click.option("--system", default="", help="坐标系，如 CGCS2000、BD09；不填则按点位识别。")
@click.option("--sheet", default="", help="工作表；不填取行数最多的。")
@click.option("--source", default="", help="数据来自哪里；不填用单位和文件名。")
@click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="数据截至哪天。")
@click.option("--dry-run", is_flag=True, help="只看每一行会怎样，不写入台账。")
@click.option("--only-good", is_flag=True, help="只写入合格的行；不写则有一行不合格就全部不写。")
@json_option
def import_file(
    file: Path,
    ledger: str,
    district: str,
    username: str,
    post: str,
    system: str,
    sheet: str,
    source: str,
    as_of: datetime | None,
    dry_run: bool,
    only_good: bool,
    json_path: str | None,
) -> None:
    """把一个文件导入台账；有一行不合格就说明是哪一行、怎么改，并且什么都不写。

    \b
    例：
      linli import 小区.xlsx --ledger compound --dry-run
      linli import 小区.xlsx --ledger compound --as planner --source 住建局台账 --as-of 2026-06-30
      linli import 红线.zip --ledger parcel --only-good --json -
    """
    start_django()
    from linli.foundation.clock import now, today
    from linli.registry.operations.imports import commit_import, discard_import, preview_import, upload_import
    from linli.registry.queries.imports import rows_of

    moment = now()
    with faults_told(json_path):
        scope = acting_scope(username, post, today(moment))
        if district and district != scope.district_code:
            raise click.UsageError(f"{username} 的岗位在 {scope.district_code}，不在 {district}，请核对 --district")
        taken = upload_import(
            scope=scope,
            kind=ledger,
            content=file.read_bytes(),
            file_name=file.name,
            sheet=sheet,
            source=source,
            as_of_on=as_of.date() if as_of else None,
            system=system,
            now=moment,
        )
        try:
            card = preview_import(taken.number, scope=scope, now=moment)
            refused = [row for row in rows_of(card.number) if row.verdict == "REFUSED"]
            if not dry_run:
                card = commit_import(card.number, scope=scope, only_good=only_good, now=moment)
        except Exception:
            # What was not written leaves no open import behind.
            discard_import(taken.number, scope=scope, now=moment)
            raise
        if dry_run:
            discard_import(card.number, scope=scope, now=moment)
    counts = {name: card.counts.get(name, 0) for name in ("NEW", "CHANGED", "UNCHANGED", "REFUSED")}
    told = "新增 {NEW} 行，有变化 {CHANGED} 行，无变化 {UNCHANGED} 行，不合格 {REFUSED} 行".format(**counts)
    lines = [f"  第 {row.row} 行 {'；'.join(row.faults)}" for row in refused]
    ending = "只是预览，没有写入。" if dry_run else f"已写入台账，编号 {card.number}，可以整批撤回。"
    answer(
        {"number": "" if dry_run else card.number, "written": not dry_run, "counts": counts,
         "refused": [{"row": row.row, "faults": list(row.faults)} for row in refused]},
        text="\n".join([f"{told}。", *lines, ending]),
        json_path=json_path,
    )  # fmt: skip
