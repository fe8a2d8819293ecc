"""Which specialties may decide a case: refusals of degrees first, then the fields, then who decided real cases."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.services.specialties import specialties_of_row
from reviews.services.specialty_table import specialty_table
from tests.factories.cases import make_case

HERE = Path(__file__).parent
FACTS = HERE.parents[1] / "sample" / "data" / "determinations-facts.json"
NAMES = Path("../shared/data/specialties.csv")
GENERALISTS = {
    "Physical Medicine & Rehabilitation", "Occupational Medicine", "Preventive Medicine", "Family Practice",
    "Pain Management", "Internal Medicine", "Emergency Medicine", "Public Health & General Preventive Medicine",
}  # fmt: skip
NO_SURGEONS = {"Chiropractic", "Psychologist", "Psychology", "Oriental Medicine", "Optometry", "Registered Nurse"}
OPERATIONS = (
    "Lumbar fusion L4-5", "Left knee arthroscopy", "Cataract surgery", "Bunionectomy", "Inguinal hernia repair",
    "Spine surgery with neuromonitoring", "Repair of the rotator cuff", "Septoplasty", "27447", "Hysterectomy",
)  # fmt: skip


def named(*items: str, diagnoses: tuple[str, ...] = (), requesting: str = "") -> list[str]:
    row = {"items": list(items), "diagnoses": list(diagnoses), "requesting_specialty": requesting}
    return [match.specialty for match in specialties_of_row(row).matches]


# --- who may not ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    "beside", ["", "Chiropractic care, 6 visits", "Psychotherapy, 6 sessions", "Acupuncture 2x6", "Eyeglasses"]
)
def test_no_chiropractor_psychologist_or_acupuncturist_decides_an_operation(operation, beside):
    asked = specialties_of_row({"items": [operation, beside], "requesting_specialty": "Chiropractic"})
    assert not {match.specialty for match in asked.matches} & NO_SURGEONS
    assert {"DC", "PhD", "LAc", "OD", "RN"} <= set(asked.barred_degrees)


@pytest.mark.parametrize("drug", ["Norco 10/325 mg #60", "Sertraline 50 mg", "Unheardof 20 mg tablets"])
def test_no_chiropractor_or_psychologist_decides_a_drug(drug):
    asked = specialties_of_row({"items": [drug, "Chiropractic care", "Psychotherapy"], "diagnoses": ["low back pain"]})
    assert not {match.specialty for match in asked.matches} & {"Chiropractic", "Psychologist", "Psychology"}
    assert asked.barred_degrees["DC"].startswith("drugs")


def test_a_podiatrist_decides_the_foot_and_nothing_beside_it():
    assert named("Bunionectomy")[:2] == ["Podiatric Surgery", "Podiatrist"]
    mixed = specialties_of_row({"items": ["Bunionectomy", "Total knee replacement"]})
    assert not {"Podiatrist", "Podiatric Surgery"} & {match.specialty for match in mixed.matches}
    assert mixed.barred_degrees["DPM"].startswith("anything but")


def test_an_optometrist_decides_glasses_and_no_operation():
    assert named("Prescription eyeglasses") == ["Ophthalmology", "Optometry"]
    assert named("Cataract surgery", requesting="Optometry") == ["Ophthalmology"]


def test_an_operation_that_was_done_or_is_denied_is_no_operation():
    everyday = named("Physical therapy, 12 visits", diagnoses=("shoulder pain",))
    assert named("Physical therapy, 12 visits, s/p rotator cuff repair", diagnoses=("shoulder pain",)) == everyday
    assert "Orthopedic Surgery" not in named("MRI of the left knee, no surgery", diagnoses=("knee sprain",))
    assert "Family Practice" in named("Non-surgical treatment of the knee", diagnoses=("knee sprain",))
    assert "Physical Medicine & Rehabilitation" in named("Post-surgical PT 2x6", diagnoses=("knee pain",))


def test_who_requests_widens_an_everyday_set_and_no_field_of_its_own():
    assert named("Physical therapy", diagnoses=("knee sprain",), requesting="Orthopaedic Surgery")[-1] == (
        "Orthopedic Surgery"
    )
    assert named("Hearing aids", requesting="Family Medicine") == ["Otolaryngology"]
    assert "Podiatrist" not in named("Physical therapy for the back", requesting="Podiatry")
    assert named("MRI of the neck", requesting="no such specialty") == named("MRI of the neck")


# --- which field ----------------------------------------------------------------------------------------------------


def test_every_item_that_one_field_treats_names_it_first_and_no_generalist():
    with (HERE / "data" / "one_field_items.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    wrong = []
    for row in rows:
        right = set(row["right"].split("|"))
        names = named(row["item"], diagnoses=tuple(filter(None, (row["diagnoses"] or "").split(";"))))
        if names[0] not in right or set(names) & GENERALISTS - right:
            wrong.append((row["item"], names))
    assert len(rows) >= 950
    assert wrong == []


def test_items_written_by_somebody_who_did_not_know_the_table_name_their_field_and_none_that_is_ruled_out():
    with (HERE / "data" / "one_field_items_unseen.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    wrong = []
    for row in rows:
        names = set(named(row["treatment"], diagnoses=(row["diagnosis"],)))
        if not names & set(row["must_include"].split("|")) or names & set(row["must_not_include"].split("|")):
            wrong.append((row["treatment"], names))
    assert len(rows) >= 150
    assert wrong == []


#: Where generalists stand beside the field: chiropractic care and drugs beside an injured back, as in decided cases;
#: nerve tests, which physiatrists do; nursing at home.
GENERALISTS_BESIDE = {"a087", "a108", "a120", "a124", "a155"}


def test_requests_written_by_somebody_who_had_seen_neither_the_table_nor_its_words_name_their_field():
    with (HERE / "data" / "one_field_items_unseen_2.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    missed, beside, chiropractic = [], set(), []
    for row in rows:
        right = set(row["right"].split("|"))
        names = set(
            named(
                *row["items"].split("|"),
                diagnoses=tuple(row["diagnoses"].split("|")),
                requesting=row["requesting_specialty"],
            )
        )
        if not names & right:
            missed.append((row["id"], row["items"], names))
        if "Chiropractic" in names - right:
            chiropractic.append(row["id"])
        if not right & GENERALISTS and names & GENERALISTS:
            beside.add(row["id"])
    assert len(rows) >= 195
    assert (missed, chiropractic, beside) == ([], [], GENERALISTS_BESIDE)


def test_who_does_it_decides_the_item_unless_an_operation_is_named():
    assert named("Wound care 3x a week by home health nurse", diagnoses=("pressure ulcer",))[0] == "Registered Nurse"
    assert named("Drain placement by IR", diagnoses=("psoas abscess",)) == ["Diagnostic Radiology", "Radiology"]
    assert named("Amoxicillin, primary care visit", diagnoses=("sore throat",))[0] == "Family Practice"
    assert named("Lumbar fusion L4-5, home health RN visits after surgery") == [
        "Orthopedic Surgery", "Neurological Surgery",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("item", "diagnosis", "first"),
    [
        ("Hyperbaric oxygen x 3", "carbon monoxide poisoning", "Medical Toxicology"),
        ("Hyperbaric oxygen x 30", "nonhealing wound", "Surgery"),
        ("Humira 40 mg", "rheumatoid arthritis", "Rheumatology"),
        ("Humira 40 mg", "psoriasis", "Dermatology"),
        ("Humira 40 mg", "Crohn's disease", "Gastroenterology"),
        ("Rituximab infusion", "lymphoma", "Medical Oncology"),
        ("Collagenase injection", "Dupuytren's contracture", "Hand Surgery"),
        ("Collagenase injection", "Peyronie's disease", "Urology"),
        ("RFA", "varicose veins", "General Vascular Surgery"),
        ("RFA", "facet arthropathy", "Pain Management"),
        ("Bone graft", "missing teeth", "Dentist"),
        ("IOP 3x a week", "alcohol use disorder", "Addiction Psychiatry"),
    ],
)
def test_what_several_fields_give_goes_by_the_disease(item, diagnosis, first):
    assert named(item, diagnoses=(diagnosis,))[0] == first


def test_an_injection_under_sedation_and_the_ablation_after_blocks_are_no_operation_and_no_mixed_case():
    plain = named("Radiofrequency ablation L3-5", diagnoses=("lumbar facet syndrome",))
    assert plain[0] == "Pain Management"
    assert named("Radiofrequency ablation L3-5 with conscious sedation", diagnoses=("lumbar facet syndrome",)) == plain
    assert named("Medial branch blocks L3-5", "Radiofrequency ablation", diagnoses=("lumbar facet syndrome",)) == plain


def test_an_operation_is_not_given_to_a_field_that_nobody_operates_in():
    assert named("Excision of infected lipoma of the back")[0] == "Surgery"


def test_inserts_for_an_injured_foot_are_the_feets_own_and_for_an_injured_back_everyday():
    foot = named("Custom orthotics", diagnoses=("plantar fasciitis",), requesting="Chiropractic")
    assert foot == ["Podiatrist", "Podiatric Surgery", "Orthopedic Surgery"]
    assert "Physical Medicine & Rehabilitation" in named("Custom orthotics", diagnoses=("low back pain",))


@pytest.mark.parametrize(
    "item",
    [
        "Non-surgical spinal decompression 20 sessions",
        "Lumbar decompression therapy x 12",
        "DRX9000 decompression table",
        "VAX-D traction",
    ],
)
def test_decompression_on_a_table_is_no_operation(item):
    asked = specialties_of_row({"items": [item], "diagnoses": ["lumbar disc disease"]})
    assert "Chiropractic" in {match.specialty for match in asked.matches}
    assert "DC" not in asked.barred_degrees


def test_an_item_that_hangs_on_an_operation_is_left_to_it():
    surgeons = named("Right knee arthroscopy")
    around = ("Right knee arthroscopy", "PA assist", "Post-op physical therapy 2x6", "Pre-op EKG", "Cold therapy unit")
    assert named(*around) == surgeons == ["Orthopedic Surgery"]
    assert named("Pre-op labs: CBC", "Post-op Norco #60", diagnoses=("umbilical hernia without obstruction",)) == [
        "Surgery"
    ]
    item = {"service": "Psychological clearance", "depends_on": 1}
    asked = specialties_of_row({"items": [{"service": "Lumbar fusion"}, item]})
    assert [match.specialty for match in asked.matches] == ["Orthopedic Surgery", "Neurological Surgery"]


def test_a_mixed_case_goes_to_generalists_and_its_field_stands_behind():
    names = named("Hearing aids", "Physical therapy 2x6", "Naproxen 500 mg", diagnoses=("low back pain",))
    assert names[0] == "Physical Medicine & Rehabilitation"
    assert names[-1] == "Otolaryngology"
    assert named("Hearing aids", "Follow-up visit") == ["Otolaryngology"]


def test_a_drug_that_serves_mood_and_pain_goes_by_the_diagnosis():
    assert named("Cymbalta 60 mg", diagnoses=("major depression",)) == ["Psychiatry"]
    assert "Physical Medicine & Rehabilitation" in named("Cymbalta 60 mg", diagnoses=("lumbar radiculopathy",))


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Opthalmolgy consult", "Ophthalmology consult"),
        ("LEFT CATARACT EXTRACTION!!!", "cataract extraction"),
        ("accupunture x 6", "acupuncture x 6"),
        ("Micro discectomy L5-S1", "Microdiscectomy L5-S1"),
        ("carpaltunnel release", "carpal tunnel release"),
        ("ORIF of the left ankle", "ORIF ankle"),
        ("Cardiólogy consultation", "cardiology consultation"),
        ("hearing aides", "hearing aids"),
        ("CT guided core bx RUL", "CT-guided core biopsy, right upper lobe"),
        ("ACL recon", "ACL reconstruction"),
        ("US guided inj R knee", "Ultrasound guided injection, right knee"),
        ("Neuropsych eval & tx", "Neuropsych evaluation and treatment"),
    ],
)
def test_mistakes_case_accents_and_little_words_change_nothing(typed, plain):
    assert named(typed) == named(plain)


def test_a_word_inside_another_is_not_that_word():
    assert "Otolaryngology" not in named("Bearing weight on the heartland")
    assert "Dentist" not in named("1 tablet by mouth daily", diagnoses=("low back pain",))
    assert "Neurology" not in named("MRI of the spine, head of bed raised")


def test_codes_are_read_as_words_are():
    assert named("66984") == ["Ophthalmology"]
    assert named("D2740") == ["Dentist"]
    assert named("Follow-up visit", diagnoses=("H40.11X0",)) == ["Ophthalmology", "Optometry"]
    assert "Family Practice" in named("Follow-up visit", diagnoses=("M54.16",))


def test_nothing_to_go_by_names_the_generalists():
    for row in ({}, {"items": None, "diagnoses": None}, {"items": [""], "diagnoses": [{}]}, {"items": [{}]}):
        matches = specialties_of_row(row).matches
        assert matches
        assert {match.specialty for match in matches} <= GENERALISTS


# --- who decided ----------------------------------------------------------------------------------------------------


def test_the_set_holds_who_decided_sixty_real_cases_and_is_short():
    cases = json.loads(FACTS.read_text(encoding="utf-8"))
    hits = size = 0
    for case in cases:
        names = named(*(item["service"] for item in case["items"]), diagnoses=tuple(case["diagnoses"] or ()))
        hits += bool(set(names) & set(case["reviewer"]["certifications"]))
        size += len(names)
    assert len(cases) == 60
    assert hits / len(cases) >= 0.95
    assert size / len(cases) <= 5


# --- the graph ------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not NAMES.exists(), reason="the list of specialties of the shared data is not beside the project")
def test_the_graph_has_the_names_of_the_public_decision_search():
    assert sorted(specialty_table().specialties) == sorted(NAMES.read_text(encoding="utf-8").splitlines()[1:])


def test_every_alias_leads_to_a_name():
    table = specialty_table()
    assert set(table.aliases.values()) <= set(table.specialties)
    assert table.named("orthopaedic  surgery") == "Orthopedic Surgery"
    assert table.named("Basket weaving") == "Basket weaving"


# --- any text -------------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        *("eye", "surgery", "no", "s/p", "post-op", "lumbar", "fusion", "mg", "tablet", "consult", "psychotherapy"),
        *("knee", "MRI", "hernia", "repair", "chiropractic", "27447", "M54.16", "depression", "acupuncture", "of"),
        *("tooth", "#60", "cardiologist", "replacement", "injection", "foot", "orthotics", "dental", "graft"),
    ]
)
PHRASES = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=7).map(" ".join))
LISTS = st.lists(PHRASES, max_size=5)


@settings(max_examples=150, deadline=None)
@given(items=LISTS, diagnoses=LISTS, requesting=PHRASES, chance=st.randoms(use_true_random=False))
def test_any_text_gets_a_short_set_of_known_names_whatever_its_order(items, diagnoses, requesting, chance):
    table = specialty_table()
    row = {"items": items, "diagnoses": diagnoses, "requesting_specialty": requesting}
    asked = specialties_of_row(row)
    names = [match.specialty for match in asked.matches]
    assert 1 <= len(names) == len(set(names)) <= 7
    assert set(names) <= set(table.specialties)
    assert all(match.reason for match in asked.matches)
    degrees = {table.specialties[name].degree for name in names} - {""}
    assert not degrees & set(asked.barred_degrees)
    mixed = {**row, "items": chance.sample(items, len(items)), "diagnoses": chance.sample(diagnoses, len(diagnoses))}
    other = specialties_of_row(mixed)
    assert set(names) == {match.specialty for match in other.matches}
    assert asked.barred_degrees == other.barred_degrees


# --- the command ----------------------------------------------------------------------------------------------------


def printed(*words: str) -> str:
    out = StringIO()
    call_command("match_specialties", *words, stdout=out)
    return out.getvalue()


def test_the_command_refuses_neither_and_both():
    for arguments in ((), ("CM26-0000001", "--batch", "x.jsonl")):
        with pytest.raises(CommandError) as caught:
            printed(*arguments)
        assert caught.value.returncode == 2


@pytest.mark.django_db
def test_the_command_refuses_a_case_that_is_not_there():
    with pytest.raises(CommandError, match="no case CM99-9999999") as caught:
        printed("CM99-9999999", "--json")
    assert caught.value.returncode == 1


def test_a_batch_needs_a_file():
    with pytest.raises(CommandError, match="no file"):
        printed("--batch", "/nowhere.jsonl")


def test_a_batch_keeps_the_order_and_its_bad_lines(tmp_path):
    batch = tmp_path / "asked.jsonl"
    batch.write_text(
        '{"id": "b", "diagnoses": ["cataract"], "items": ["Phaco with IOL"], "note": "ignored"}\n'
        "nothing\n"
        '{"id": 7, "items": [{"service": "Acupuncture"}], "diagnoses": [{"text": "neck pain", "icd10": "M54.2"}]}\n'
        '{"diagnoses": null}\n'
    )
    out = StringIO()
    with pytest.raises(CommandError, match="1 lines refused") as caught:
        call_command("match_specialties", "--batch", str(batch), "--json", stdout=out)
    assert caught.value.returncode == 1
    first, second, third, fourth = [json.loads(line) for line in out.getvalue().splitlines()]
    assert (first["id"], [row["specialty"] for row in first["specialties"]]) == ("b", ["Ophthalmology"])
    assert first["specialties"][0]["reason"]
    assert (second["id"], second["specialties"], bool(second["error"])) == (2, [], True)
    assert (third["id"], third["specialties"][0]["specialty"]) == (7, "Oriental Medicine")
    assert (fourth["id"], bool(fourth["specialties"])) == (4, True)


@pytest.mark.django_db
def test_a_case_gets_the_answer_of_its_facts():
    case = make_case()
    answer = json.loads(printed(case.number, "--json"))
    row = {
        "diagnoses": [diagnosis.text for diagnosis in case.diagnoses.all()],
        "items": [
            {"service": item.service, "category": item.category, "subcategory": item.subcategory,
             "body_part": item.body_part}
            for item in case.items.all()
        ],
        "requesting_specialty": "Orthopedic Surgery",
    }  # fmt: skip
    assert answer["case"] == case.number
    assert [one["specialty"] for one in answer["specialties"]] == [
        match.specialty for match in specialties_of_row(row).matches
    ]
