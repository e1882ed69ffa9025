import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely


@pytest.fixture
def drawn_grid() -> Callable[[list[str]], tuple[np.ndarray, np.ndarray]]:
    """Unit squares from a drawing, row by row from the top, and the community each letter stands for.

    A dot is a blind spot; a blank is no land at all.
    """

    def draw(rows: list[str]) -> tuple[np.ndarray, np.ndarray]:
        cells, letters = [], []
        for y, row in enumerate(rows):
            for x, letter in enumerate(row):
                if letter != " ":
                    cells.append(shapely.box(x, -y - 1, x + 1, -y))
                    letters.append(-1 if letter == "." else ord(letter) - ord("A"))
        return np.array(cells, dtype=object), np.array(letters, dtype=np.int32)

    return draw


@pytest.fixture(scope="session")
def real_data_folder() -> Path:
    root = Path(__file__).parents[3]
    return Path(os.environ.get("LINLI_REAL_DATA", root.parent / "shared" / "data"))
