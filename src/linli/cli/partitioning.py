"""``linli partition``: cut a graph from a file into communities, without a database."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linli.cli.answers import INFEASIBLE, answer, faults_told, json_option, start_words

if TYPE_CHECKING:
    from linli.cli.graph_reading import GraphFile
    from linli.engine.districting.partition import Partition, Progress, Question

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
#: Without a limit of its own, a search ends after this time.
DEFAULT_SECONDS = 10.0
OBJECTIVES = ("cut-edges", "hess", "moved", "border")


@click.command()
@click.argument("file", type=FILE)
@click.option("--people-field", default="", help="人数（或户数）字段；不填则按常用字段名识别。")
@click.option("--id-field", default="", help="编号字段；不填则用 ids、id 或行号。")
@click.option("--k", "count", metavar="K|K1-K2", help="社区数，或范围，如 8-12。")
@click.option("--max-p", is_flag=True, help="在每个社区不少于 --lower 的前提下，社区越多越好。")
@click.option("--lower", type=int, help="每个社区的人数下限。")
@click.option("--upper", type=int, help="每个社区的人数上限。")
@click.option("--band", metavar="5%", help="人数离平均数的最大偏差；代替 --lower 和 --upper。")
@click.option(
    "--objective",
    default="cut-edges",
    show_default=True,
    type=click.Choice(OBJECTIVES),
    help="求最小的：切开的边、人数×到中心距离的平方、换社区的人数、界线长。",
)
@click.option("--start-field", default="", help="现状社区字段：从现状出发。")
@click.option("--locked-field", default="", help="锁定字段：非空、非 0 的地块留在现状社区。")
@click.option("--together-field", default="", help="同一个值的地块不分开，如网格、小区。")
@click.option("--office-field", default="", help="办公点字段：每个社区至少有一个非空、非 0 的地块。")
@click.option("--barriers", type=FILE, help="河流、铁路、快速路等线图层：沿线的界不算相邻；只用于面图层。")
@click.option("--seconds", type=click.FloatRange(min=0), help="最多几秒；与 --sweeps 都不填时为 10 秒。")
@click.option("--sweeps", type=click.IntRange(min=0), help="做几轮；同样的轮数和种子得到同样的结果。")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0), help="种子。")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(min=1), help="同时用几个核；不影响结果。")
@json_option
def partition(
    file: Path, *, seconds: float | None, sweeps: int | None, workers: int, json_path: str | None, **asked: Any
) -> None:
    """把一张地块图分成人数均衡、各自连片的社区；不需要数据库。

    读取 NPZ（indptr、indices、pop……）、networkx 或 GerryChain 的邻接表 JSON、任何面图层。
    按 Ctrl-C 停下，已得的最好结果留下。没有合规的方案时退出码为 3，并说明原因。

    \b
    例：
      linli partition 地块.npz --k 11 --band 5% --seconds 60 --json 方案.json
      linli partition 地块.gpkg --people-field 户数 --k 8-12 --lower 1000 --upper 3000 --barriers 河流.gpkg
      linli partition 地块.json --max-p --lower 3000 --seed 2
    """
    start_words()
    from linli.cli.partition_words import answer_text, refusal_of
    from linli.engine.districting import partition as engine
    from linli.engine.errors import EngineError

    with faults_told(json_path):
        try:
            question = _question(file, asked, sweeps=10**9 if sweeps is None else sweeps)
            _warm_up()
            limit = seconds if seconds is not None or sweeps is not None else DEFAULT_SECONDS
            watch = _Watch(limit)
            with watch.interruptible(), _executor(workers) as executor:
                found = engine.partition(question, stop=watch, executor=executor)
        except EngineError as fault:
            raise refusal_of(fault) from fault
    document = _document(found, question, seconds=watch.spent, workers=workers)
    answer(document, text=answer_text(found), json_path=json_path)
    if not found.feasible:
        sys.exit(INFEASIBLE)


class _Watch:
    """Stops a search when its time is over or Ctrl-C was pressed, and tells of progress on standard error."""

    def __init__(self, limit: float | None) -> None:
        self.limit, self.begun, self.told, self.interrupted = limit, time.monotonic(), 0.0, False

    @property
    def spent(self) -> float:
        return time.monotonic() - self.begun

    def __call__(self, progress: Progress) -> bool:
        if self.spent - self.told >= 1.0 and progress.cost is not None:
            self.told = self.spent
            broken = "" if not progress.gap else " *"
            click.echo(
                f"{self.spent:5.0f} s  {progress.sweeps} · k {progress.k} · {progress.cost:,.1f}{broken}", err=True
            )
        return self.interrupted or (self.limit is not None and self.spent >= self.limit)

    def _interrupt(self, number: int, frame: object) -> None:
        # A second Ctrl-C ends the command at once.
        self.interrupted = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        before = signal.signal(signal.SIGINT, self._interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


@contextmanager
def _executor(workers: int) -> Iterator[Executor | None]:
    if workers == 1:
        yield None
        return
    with ThreadPoolExecutor(workers) as pool:
        yield pool


def _question(file: Path, asked: dict[str, Any], *, sweeps: int) -> Question:
    import numpy as np

    from linli.cli.graph_reading import numbers, read_graph
    from linli.engine.districting.partition import Question

    read = read_graph(file, id_field=asked["id_field"], barriers=asked["barriers"])

    def marked(name: str) -> Any:
        if not name:
            return None
        values = numbers(read.column(name))
        return (read.groups(name) >= 0) & ~(values == 0)

    if asked["max_p"] and (asked["count"] or asked["upper"] is not None or asked["band"]):
        raise click.UsageError("--max-p 只与 --lower 一起用，不要写 --k、--upper、--band")
    k = None if asked["max_p"] else _count(asked["count"])
    together = read.groups(asked["together_field"]) if asked["together_field"] else None
    if together is not None:
        alone = together < 0
        together[alone] = together.max() + 1 + np.arange(alone.sum(), dtype=np.int32)
    offices = marked(asked["office_field"])
    return Question(
        graph=read.graph,
        ids=read.ids,
        bounds=(_bounds(read, asked, k),),
        k=k,
        objectives={asked["objective"]: 1.0},
        start=read.groups(asked["start_field"]) if asked["start_field"] else None,
        locked=marked(asked["locked_field"]),
        together=together,
        seeds=() if offices is None else tuple(np.flatnonzero(offices).tolist()),
        seed=asked["seed"],
        sweeps=sweeps,
    )


def _count(said: str | None) -> int | tuple[int, int]:
    if said is None:
        raise click.UsageError("请写社区数 --k，或 --max-p")
    try:
        least, _, most = said.partition("-")
        return (int(least), int(most)) if most else int(least)
    except ValueError as fault:
        raise click.BadParameter("应为一个数或范围，如 11 或 8-12", param_hint="--k") from fault


def _bounds(read: GraphFile, asked: dict[str, Any], k: int | tuple[int, int] | None) -> Any:
    from linli.cli.partition_words import LimitsLacking
    from linli.engine.districting.partition import Bounds
    from linli.engine.districting.partition.question import NO_LIMIT

    people, name = read.people(asked["people_field"]), asked["people_field"] or "people"
    if asked["band"] is not None:
        if not isinstance(k, int) or asked["lower"] is not None or asked["upper"] is not None:
            raise click.UsageError("--band 只能与一个固定的 --k 一起用，并代替 --lower 和 --upper")
        try:
            share = float(asked["band"].rstrip("%％")) / 100
        except ValueError as fault:
            raise click.BadParameter("应为百分数，如 5%", param_hint="--band") from fault
        return Bounds.around_mean(name, people, k=k, share=share)
    if asked["lower"] is None or (asked["upper"] is None and k is not None):
        raise LimitsLacking
    return Bounds(name=name, values=people, low=asked["lower"], high=NO_LIMIT if k is None else asked["upper"])


def _warm_up() -> None:
    """Compile or load the kernels, so that the time limit counts the search alone."""
    from linli.engine.districting import partition as engine

    engine.warm_up()


def _document(found: Partition, question: Question, *, seconds: float, workers: int) -> dict[str, Any]:
    from linli.cli.partition_words import conflict_words

    conflict = [
        {"code": one.code, "text": conflict_words(one), "params": dict(one.params), "proven": one.proven}
        for one in found.conflicts
    ]
    least, most = next(iter(found.totals.values()), (None, None))
    return {
        "feasible": found.feasible,
        "k": found.k,
        "objective": found.objective,
        "measures": dict(found.measures),
        "bound": found.bound,
        "gap": found.gap,
        "totals": {"min": least, "max": most},
        "assignment": found.assignment.tolist(),
        "ids": list(question.ids),
        "seed": found.seed,
        "sweeps": found.sweeps,
        "data_hash": found.data_hash,
        "conflict": conflict or None,
        "run": {"seconds": round(seconds, 3), "workers": workers},
    }
