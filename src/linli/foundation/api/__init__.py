"""What every part of the API shares: faults as problem documents, pages of a list, the frame that binds routers."""

from linli.foundation.api.frame import FAULTS, HouseAPI
from linli.foundation.api.paging import Page, Window, page_of
from linli.foundation.api.problems import Problem, problem_answer
from linli.foundation.api.values import Code, Moment, Words

__all__ = ["FAULTS", "Code", "HouseAPI", "Moment", "Page", "Problem", "Window", "Words", "page_of", "problem_answer"]
