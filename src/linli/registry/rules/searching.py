"""What a search matches beside the name itself."""

from __future__ import annotations

from functools import lru_cache

from linli.foundation.names import pinyin, pinyin_initials


# An import founds an entry and then brings its caches in line: each name would be spelled out twice.
@lru_cache(maxsize=65_536)
def search_text(name: str) -> str:
    """Return a name's pinyin and its initials, as stored beside it.

    Examples:
        >>> search_text("双桂社区")
        'shuangguishequ sgsq'
    """
    return f"{pinyin(name)} {pinyin_initials(name)}"
