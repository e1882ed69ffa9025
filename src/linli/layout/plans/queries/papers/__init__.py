"""The official papers (公文) and files of an adjustment plan, as described by its newest revision."""

from linli.layout.plans.queries.papers.bundle import PAPER_NAMES, paper_files
from linli.layout.plans.queries.papers.source import PaperSource, paper_source

__all__ = ["PAPER_NAMES", "PaperSource", "paper_files", "paper_source"]
