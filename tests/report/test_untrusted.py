"""
Text from strangers, made harmless.
"""

from __future__ import annotations

import re
import sys

from schemadiff.report import escaping as untrusted
from schemadiff.report.escaping import visible


def test_the_quick_look_and_the_pattern_agree_on_every_character() -> None:
    # The pattern is the judge; the quick look may leave it work, and never lets anything pass that it would change.
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        changed = re.sub(untrusted._UNPRINTABLE, untrusted._escape, character)
        assert visible(character) == changed, hex(code)


def test_what_people_write_is_shown_as_it_is() -> None:
    for text in ("plain", "naïve → “done” …", "Größe", "日本語", "π ≤ 4"):
        assert visible(text) == text


def test_what_hides_is_shown() -> None:
    assert visible("a\u202eb\x1b[31m\U000e0041\ufe0f") == "a\\u202eb\\u001b[31m\\u{e0041}\\ufe0f"
