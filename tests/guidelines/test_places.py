from __future__ import annotations

from guidelines.rules.columns import guess, plain, problem_with
from guidelines.rules.places import Asked, name_above, places, read_way, way

THERE = [("Neck",), ("Neck", "Heat"), ("Knee",), ("Knee", "Heat")]


def placed(*rows, there=THERE):
    asked = [Asked(number, heading, above) for number, (heading, above) in enumerate(rows, 2)]
    return list(places(asked, there).values())


def test_a_circle_of_headings_is_refused_at_every_row_of_it_and_below():
    rows = placed(("A", "B"), ("B", "C"), ("C", "A"), ("D", "A"), ("E", "E"))
    assert all("in a circle" in row.problem for row in rows[:3])
    assert "“A” → “B” → “C” → “A”" in rows[0].problem
    assert rows[3].problem.startswith("The section above, row 2, is refused")
    assert "“E” → “E”" in rows[4].problem


def test_unknown_doubtful_and_doubled_places_are_refused():
    rows = placed(
        ("Ice", "Nowhere"), ("Ice", "Heat"), ("Heat", None), ("Ice", "Neck"), ("Ice", "Neck"), ("Ice", "Elbow > Heat")
    )
    assert "is no heading of this edition" in rows[0].problem
    assert "row 4, is refused" in rows[1].problem
    assert "Several sections are called “Heat”" in placed(("Ice", "Heat"))[0].problem
    assert "stands at 2 places (Knee > Heat; Neck > Heat)" in rows[2].problem
    assert rows[2].column == "heading"
    assert rows[3].path == ("Neck", "Ice")
    assert rows[4].problem.startswith("Row 5 has the same heading")
    assert rows[5].problem.startswith("There is no section “Elbow > Heat”")


def test_a_chain_of_any_length_is_refused_and_never_exhausts_the_stack():
    rows = [("0", "")] + [(str(number), str(number - 1)) for number in range(1, 20_000)]
    found = placed(*reversed(rows), there=[])
    assert sum(not row.problem for row in found) == 12


def test_places_are_found_in_the_table_and_in_the_edition_in_any_order():
    rows = placed(("Ice", "Cold"), ("Cold", "Neck"), ("Traction", None), ("Packs", "Knee > Heat"))
    assert [row.path for row in rows] == [
        ("Neck", "Cold", "Ice"), ("Neck", "Cold"), ("Traction",), ("Knee", "Heat", "Packs"),
    ]  # fmt: skip


def test_headers_are_known_by_other_names_and_what_was_said_before_wins():
    assert guess(["Überschrift", "Seiten", "Kapitel"], {}) == {"Überschrift": "heading", "Seiten": "pages"}
    assert guess(["Title", "Kapitel"], {plain(" KAPITEL "): "heading", "title": ""}) == {
        "Kapitel": "heading", "Title": "",
    }  # fmt: skip
    assert problem_with({"A": "pages"}).startswith("No column is the heading")
    assert problem_with({"A": "heading", "B": "heading"}).startswith("“A” and “B” both stand for “Heading”")


def test_a_way_reads_back_whatever_the_headings_hold():
    for path in [("Neck",), ("Neck", "Cold"), ("Lumbar > sacral", "Cold"), ('"Frozen" shoulder', "> 6 weeks")]:
        assert read_way(way(path)) == path
    assert read_way("Cold") is None
    assert name_above(("Cold", "Ice"), {"Cold": 1}) == "Cold"
    assert name_above(("Cold", "Ice"), {"Cold": 2}) == "> Cold"


def test_a_heading_at_the_top_is_named_although_others_are_called_the_same():
    existing = [("Cold",), ("Neck",), ("Neck", "Cold")]
    found = places([Asked(2, "Ice", "Cold"), Asked(3, "Ice", "> Cold")], existing)
    assert found[2].problem.startswith("Several sections are called “Cold”")
    assert found[3].path == ("Cold", "Ice")
