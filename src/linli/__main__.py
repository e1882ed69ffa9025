"""``python -m linli`` is the ``linli`` command."""

from linli.cli.main import main

main()
