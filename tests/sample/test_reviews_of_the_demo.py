from __future__ import annotations

import json

from imr_site.sample_play import SAMPLE


def test_each_standard_below_the_highest_says_why_none_above_applies():
    rows = json.loads((SAMPLE / "reviews.json").read_text(encoding="utf-8"))
    lacking = [row["case"] for row in rows for item in row["items"]
               if item["standard"] not in ("", "A") and not item.get("why_not_higher")]  # fmt: skip
    assert rows
    assert lacking == []
