"""Errors of the engine: what was expected, what came, what to do next."""

from __future__ import annotations

from typing import ClassVar


class EngineError(ValueError):
    """Input that the engine cannot work on.

    The engine knows no language of the interface: callers translate by ``code`` and ``params``.

    Attributes:
        code: Stable name in the form ``engine.reason-in-kebab``.
        params: Figures and ids that belong into a message for people.
    """

    code: ClassVar[str] = "engine.input-not-sound"

    def __init__(self, text: str, **params: object) -> None:
        super().__init__(text)
        self.params: dict[str, object] = params


class GraphNotSound(EngineError):
    """The arrays do not describe an undirected graph of parcels."""

    code = "engine.graph-not-sound"


class ProblemNotSound(EngineError):
    """The arrays of a problem disagree in length, range or meaning."""

    code = "engine.problem-not-sound"


class NoParcels(EngineError):
    """There is nothing to assign."""

    code = "engine.no-parcels"


class NobodyLives(EngineError):
    """No household stands on any parcel, so no community can have a scale."""

    code = "engine.nobody-lives"


class BandNotSound(EngineError):
    """The lower limit of the band exceeds the upper one, or is below one."""

    code = "engine.band-not-sound"


class PlanNotReadable(EngineError):
    """The bytes are no plan that this engine wrote."""

    code = "engine.plan-not-readable"


class FiguresNotSound(EngineError):
    """A total per parcel is negative, not a whole number or not a number at all."""

    code = "engine.figures-not-sound"


class CountNotSound(EngineError):
    """The number of communities asked for cannot be: below one, or above the number of units."""

    code = "engine.count-not-sound"


class StartNotSound(EngineError):
    """The present layout does not name one community per parcel."""

    code = "engine.start-not-sound"


class NotSupported(EngineError):
    """A wish that this search cannot keep; it is refused rather than ignored."""

    code = "engine.not-supported"
