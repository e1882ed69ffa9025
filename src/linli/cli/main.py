"""The ``linli`` command and its list of sub-commands, each loaded only when it is called."""

from __future__ import annotations

import os
from importlib import import_module

import click

#: Sub-command to the module and name that hold it.
COMMANDS = {
    "demo": "linli.cli.demo:demo",
    "serve": "linli.cli.serving:serve",
    "worker": "linli.cli.serving:worker",
    "migrate": "linli.cli.serving:migrate",
    "keys": "linli.cli.serving:keys",
    "import": "linli.cli.importing:import_file",
    "inspect": "linli.cli.inspecting:inspect",
    "audit": "linli.cli.auditing:audit",
    "exempt": "linli.cli.exempting:exempt",
    "plan": "linli.cli.planning:plan",
    "export": "linli.cli.planning:export",
    "partition": "linli.cli.partitioning:partition",
    "trail": "linli.cli.trails:trail",
    "doctor": "linli.cli.doctor:doctor",
    "backup": "linli.cli.backups:backup",
    "restore": "linli.cli.backups:restore",
    "office": "linli.cli.offices:office",
    "user": "linli.cli.users:user",
    "token": "linli.cli.tokens:token",
    "check": "linli.cli.development:check",
    "test": "linli.cli.development:test",
    "bench": "linli.cli.development:bench",
    "soak": "linli.cli.development:soak",
}


class LazyGroup(click.Group):
    """Imports a sub-command's module when the command is asked for, so that ``linli --help`` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a sub-command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="linli")
def main() -> None:
    """邻里 Linli：社区治理平台。

    \b
    例：
      linli demo                     装入示例区，启动演示
      linli import 小区.xlsx --ledger compound --as planner
      linli inspect layer 社区界线.gpkg
      linli audit --district 990101
      linli plan --district 990101 --seed 1 --json plan.json
      linli partition 地块.npz --k 11 --band 5% --json 方案.json
      linli trail verify
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings.base")
