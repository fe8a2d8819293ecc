from __future__ import annotations

import pytest

from accounts.rules.browsers import browser_in_words

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("", "an unknown browser"),
        ("curl/8.5.0", "an unknown browser"),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/126.0.0.0 Safari/537.36 Edg/126.0",
            "Edge on Windows",
        ),
        (f"Mozilla/5.0 (X11; Linux x86_64) {_WEBKIT} Chrome/126.0.0.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari on iPhone"),
        (f"Mozilla/5.0 (Linux; Android 14) {_WEBKIT} Chrome/126.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Firefox/1", "Firefox"),
    ],
)
def test_a_browser_is_named_as_people_name_it(user_agent, words):
    assert browser_in_words(user_agent) == words
