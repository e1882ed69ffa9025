"""The sample district: a seeded generator of a fictional 临江区, clean or with ills and their key."""

from linli.sample.dataset import SampleDistrict
from linli.sample.generation import generate

__all__ = ["SampleDistrict", "generate"]
