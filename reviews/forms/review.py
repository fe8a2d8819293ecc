"""The review form: summary, and for each disputed item decision, standard, citations and rationale.

Nothing is required while drafting: what is missing is asked for at submission (`reviews.rules.completeness`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.datastructures import MultiValueDict

from guidelines.models import CitationFields
from reviews.models import ItemReview, Review, ReviewerCitation
from reviews.models.review import LONGEST_TEXT
from reviews.services.item_checks import ItemChecks, may_be_a_drug
from reviews.services.review import CitationDraft, ItemDraft
from reviews.services.weighing import Weighed

MOST_CITATIONS = 20


class DraftForm(forms.Form):
    """Fields that a draft may leave empty and a submitted review may not are marked `wanted_later`, so that the page
    does not call them optional."""

    wanted_later: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.wanted_later:
            self.fields[name].wanted_later = True  # type: ignore[attr-defined]


class SummaryForm(DraftForm):
    wanted_later = ("clinical_case_summary",)
    version = forms.IntegerField(widget=forms.HiddenInput)
    # The service counts characters itself, so that the message can say how many there are; nothing is cut off here.
    clinical_case_summary = forms.CharField(
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "class": "prose-input"}),
        help_text="The worker's condition and treatment so far, in plain words and without names.",
    )


class ItemForm(DraftForm):
    wanted_later = ("decision", "standard", "why_not_higher", "rationale")
    decision = forms.ChoiceField(
        required=False,
        choices=[
            (ItemReview.Decision.UPHELD, "Upheld: the denial stands, the treatment is not medically necessary"),
            (ItemReview.Decision.OVERTURNED, "Overturned: the treatment is medically necessary and must be authorized"),
        ],
        widget=forms.RadioSelect,
    )
    standard = forms.ChoiceField(
        required=False,
        label="Standard of medical necessity",
        choices=[("", "Choose the highest that applies"), *ItemReview.Standard.choices],
        widget=forms.Select(attrs={}),
        help_text="Left empty where only the MTUS is cited, it is A.",
    )
    why_not_higher = forms.CharField(
        required=False,
        strip=False,
        label="Why no higher standard applies",
        widget=forms.Textarea(attrs={"rows": 2, "class": "prose-input"}),
        help_text="Asked for below A: a lower standard counts only where every higher one does not apply.",
    )
    had_before = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=9999,
        label="Had before",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input-number"}),
        help_text="How many of these the worker had already; a guideline’s limit is worked out with it.",
    )
    rationale = forms.CharField(
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "prose-input"}),
        help_text=f"End with whether the treatment is medically necessary. At most {LONGEST_TEXT:,} characters.",
    )


class CitationForm(DraftForm):
    wanted_later = ("basis", "publication")
    basis = forms.ChoiceField(required=False, choices=CitationFields.Basis.choices, widget=forms.Select(attrs={}))
    publication = forms.CharField(required=False, max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    year = forms.IntegerField(
        required=False, min_value=1900, max_value=2100, label="Edition",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    sections = forms.CharField(
        required=False,
        label="Section(s), one a line",
        widget=forms.Textarea(attrs={"rows": 1}),
    )
    pages = forms.CharField(required=False, max_length=100, label="Page(s)", widget=forms.TextInput(attrs={}))
    text = forms.CharField(
        required=False,
        max_length=2000,
        label="Printed words, if they must differ",
        widget=forms.TextInput(attrs={}),
    )
    section_id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def is_blank(self) -> bool:
        data = self.cleaned_data
        return not (data.get("publication") or data.get("text"))

    def draft(self) -> CitationDraft:
        data = self.cleaned_data
        return CitationDraft(
            basis=data.get("basis") or CitationFields.Basis.MTUS,
            publication=data.get("publication") or "",
            year=data.get("year"),
            sections=tuple(line.strip() for line in (data.get("sections") or "").splitlines() if line.strip()),
            pages=data.get("pages") or "",
            text=data.get("text") or "",
            section_id=data.get("section_id"),
        )


CitationFormSet = formset_factory(CitationForm, extra=0, can_delete=True, max_num=MOST_CITATIONS)


@dataclass
class ItemPart:
    """The form part of one item: the stored entry beside its bound or initial forms."""

    row: ItemReview
    form: ItemForm
    citations: BaseFormSet[CitationForm]
    citation_error: str = ""
    #: What the page shows beside the fields (`reviews.services.item_checks`, search sequence, weighing); the view's.
    checks: ItemChecks | None = None
    sequence: dict[str, Any] = field(default_factory=dict)
    weighed: Weighed | None = None

    @property
    def position(self) -> int:
        return self.row.item.position

    @property
    def may_be_a_drug(self) -> bool:
        return may_be_a_drug(self.row.item)

    def draft(self) -> ItemDraft:
        data = self.form.cleaned_data
        kept = [entry for entry in self.citations.forms if not entry.cleaned_data.get("DELETE") and not entry.is_blank]
        return ItemDraft(
            position=self.position,
            decision=data.get("decision") or "",
            standard=data.get("standard") or "",
            rationale=data.get("rationale") or "",
            citations=tuple(entry.draft() for entry in kept),
            why_not_higher=data.get("why_not_higher") or "",
            had_before=data.get("had_before"),
        )


class ReviewForm:
    """The whole form over one review. Unbound it shows the stored draft; bound it shows what was typed."""

    def __init__(self, review: Review, data: MultiValueDict[str, Any] | None = None) -> None:
        self.review = review
        self.gaps: list[tuple[str, str]] = []
        self.summary = SummaryForm(
            data, initial={"version": review.version, "clinical_case_summary": review.clinical_case_summary}
        )
        rows = (
            review.items.disputed()
            .select_related("item__depends_on")
            .prefetch_related("citations", "item__administrator_citations", "look_ups", "sequences", "weighings")
        )
        self.parts = [self._part(row, data) for row in rows]

    def _part(self, row: ItemReview, data: MultiValueDict[str, Any] | None) -> ItemPart:
        prefix = f"item-{row.item.position}"
        initial = {name: getattr(row, name) for name in ItemForm.base_fields}
        return ItemPart(
            row=row,
            form=ItemForm(data, prefix=prefix, initial=initial),
            citations=CitationFormSet(
                data,
                prefix=f"{prefix}-citation",
                # Bound, what was typed is all that counts: beside an initial value a row kept by an earlier save
                # would look unchanged, and an unchanged row is taken for an empty one.
                initial=None if data is not None else [_citation_initial(citation) for citation in row.citations.all()],
            ),
        )

    @property
    def blank_citation(self) -> CitationForm:
        """The row that a script copies for a new citation; "__prefix__" stands for the place among the others."""
        blank = CitationForm(prefix="__prefix__", initial={"basis": CitationFields.Basis.MTUS})
        CitationFormSet().add_fields(blank, None)
        return blank

    def is_valid(self) -> bool:
        parts = [self.summary, *(piece for part in self.parts for piece in (part.form, part.citations))]
        return all([piece.is_valid() for piece in parts])  # noqa: C419 - every part shows its own errors

    @property
    def has_others(self) -> bool:
        return len(self.parts) > 1

    @property
    def version(self) -> int:
        return int(self.summary.cleaned_data["version"])

    @property
    def summary_text(self) -> str:
        return str(self.summary.cleaned_data.get("clinical_case_summary") or "")

    def drafts(self) -> list[ItemDraft]:
        return [part.draft() for part in self.parts]

    def typed_words(self) -> list[tuple[str, str]]:
        """(what it is, the words) of every text field that holds any, as it was typed."""
        fields = [("Clinical case summary", self.summary["clinical_case_summary"])]
        for part in self.parts:
            fields += [
                (f"Item {part.position}, rationale", part.form["rationale"]),
                (f"Item {part.position}, why no higher standard applies", part.form["why_not_higher"]),
            ]
            fields += [
                (f"Item {part.position}, citation {number}, {name}", entry[name])
                for number, entry in enumerate(part.citations.forms, start=1)
                for name in ("publication", "sections", "pages", "text")
            ]
        return [(what, str(words)) for what, field in fields if (words := field.value() or "")]

    def show_gaps(self, problems: Mapping[str, str]) -> None:
        """List what a stored draft lacks; its fields are unbound, so the sentences stand in the summary on top."""
        self.gaps = [
            (name if name.endswith(("-citations", "-sequence")) else f"id_{name}", text)
            for name, text in problems.items()
        ]

    def show(self, problems: Mapping[str, str]) -> None:
        """Put the refusal's sentences beside the fields that they belong to."""
        for name, sentence in problems.items():
            if name == "clinical_case_summary":
                self.summary.add_error(name, sentence)
                continue
            for part in self.parts:
                prefix = f"item-{part.position}-"
                if name.startswith(prefix):
                    kind = name.removeprefix(prefix)
                    if kind == "citations":
                        part.citation_error = sentence
                    else:
                        part.form.add_error(kind, sentence)

    def errors(self) -> list[tuple[str, str]]:
        """(element id, sentence) of every problem, for the summary on top."""
        if self.gaps:
            return self.gaps
        found = _errors_of(self.summary, "id_")
        for part in self.parts:
            prefix = f"item-{part.position}"
            found += _errors_of(part.form, f"id_{prefix}-")
            if part.citation_error:
                found.append((f"{prefix}-citations", part.citation_error))
            for index, entry in enumerate(part.citations.forms):
                said = f"Item {part.position}, citation {index + 1}: "
                found += _errors_of(entry, f"id_{prefix}-citation-{index}-", said)
        return found


def _citation_initial(citation: ReviewerCitation) -> dict[str, Any]:
    sections = "\n".join(citation.sections)
    return {**citation.as_document(), "sections": sections, "section_id": citation.section_id_in_library}


def _errors_of(form: forms.Form, id_prefix: str, said_before: str = "") -> list[tuple[str, str]]:
    if not form.is_bound:
        return []
    return [(f"{id_prefix}{name}", f"{said_before}{text}") for name, texts in form.errors.items() for text in texts]
