"""``linli backup | restore``: everything into one proved archive, and back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linli.cli.answers import answer, faults_told, json_option, start_django

if TYPE_CHECKING:
    from linli.foundation.backups.operations import Proof


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--with-trail-key", is_flag=True, help="连同留痕密钥一起备份；拿到备份的人就能伪造留痕。")
@json_option
def backup(file: Path, with_trail_key: bool, json_path: str | None) -> None:
    """备份数据库、文件、封存和配置（不含密钥和口令），并试恢复一遍；不必停机。

    FILE 是文件夹时，按时间取名。

    \b
    例：
      linli backup /srv/backup
      linli backup 今天.zip --json -
    """
    start_django()
    from linli.foundation.backups.operations import archive_name, take
    from linli.foundation.clock import now

    moment = now()
    path = file / archive_name(moment) if file.is_dir() else file
    with faults_told(json_path):
        proof = take(path, now=moment, variables=os.environ, with_trail_key=with_trail_key)
    size = path.stat().st_size
    text = f"已备份到 {path}（{size / 1e6:,.1f} MB），试恢复通过：{_told(proof)}。"
    answer({"file": str(path), "bytes": size, **_as_json(proof)}, text=text, json_path=json_path)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="现有数据库和文件夹不是空的，也用备份代替它们。")
@click.option("--dry-run", is_flag=True, help="只核对备份、试恢复，不改动现有的内容。")
@json_option
def restore(file: Path, replace: bool, dry_run: bool, json_path: str | None) -> None:
    """从备份恢复：先试恢复并核验留痕，全部相符才代替现有的数据库；可以重复。

    \b
    例：
      linli restore linli-20261124-020000.zip --dry-run
      linli restore linli-20261124-020000.zip --replace
    """
    start_django()
    from linli.foundation.backups.operations import restore as restore_archive
    from linli.foundation.clock import now

    with faults_told(json_path):
        proof = restore_archive(file, now=now(), replace=replace, dry_run=dry_run)
    lines = [f"{'可以恢复' if dry_run else '已恢复'} {proof.manifest.taken_at} 的备份：{_told(proof)}。"]
    lines += [f"原有的文件移到了 {folder}。" for folder in proof.kept]
    if not dry_run:
        lines.append("请运行 linli migrate 和 linli doctor，再启动服务。")
    answer({"dry_run": dry_run, **_as_json(proof)}, text="\n".join(lines), json_path=json_path)


def _told(proof: Proof) -> str:
    manifest = proof.manifest
    chains = "；".join(f"{district} 留痕 {entries:,} 条完好" for district, entries in proof.entries.items())
    return f"{len(manifest.tables)} 张表 {manifest.rows:,} 行" + (f"；{chains}" if chains else "")


def _as_json(proof: Proof) -> dict[str, Any]:
    manifest = proof.manifest
    return {
        "taken_at": manifest.taken_at,
        "database": manifest.database,
        "tables": {name: table.rows for name, table in manifest.tables.items()},
        "rows": manifest.rows,
        "trail": dict(proof.entries),
        "kept": [str(folder) for folder in proof.kept],
    }
