"""Forms of the admin site: lists are typed one entry a line, drafts and sections are written by their services."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.db import transaction
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from common.actor import Actor
from common.errors import Refusal
from guidelines.models import Edition, Publication, Section
from guidelines.rules.limits import FORM, AsList, from_list, read_limits, written
from guidelines.rules.merge import FieldMerge
from guidelines.services.drafts import FACTS, save_facts, start_edition
from guidelines.services.section_editing import MergeNeeded, add_section, save_section
from guidelines.services.section_facts import FIELDS, facts_of


class LinesField(SimpleArrayField):
    """A list of words, one entry a line; blank lines and repetitions are dropped."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        options.setdefault("widget", UnfoldAdminTextareaWidget(attrs={"rows": 4}))
        super().__init__(forms.CharField(max_length=max_length), delimiter="\n", required=False, **options)

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = value.splitlines() if isinstance(value, str) else list(value or [])
        kept = dict.fromkeys(line.strip() for line in lines if line.strip())
        return list(super().to_python("\n".join(kept)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)


_WORDS = "One a line."


class PublicationForm(forms.ModelForm):
    aliases = LinesField(max_length=300, help_text="Other names found in citations, one a line.")
    topics = LinesField(max_length=200, help_text="Own words for the publication as a whole, the main ones first.")
    body_parts = LinesField(max_length=100, help_text=_WORDS)
    service_categories = LinesField(max_length=100, help_text=_WORDS)

    url = forms.URLField(
        required=False, max_length=500, assume_scheme="https", label="Web address",
        widget=UnfoldAdminTextInputWidget(), help_text="Of a source outside the MTUS: where it is read.",
    )  # fmt: skip

    class Meta:
        model = Publication
        fields = (
            "name", "aliases", "basis", "issuer", "licensed_text", "topics", "body_parts", "service_categories", "url",
            "accessed_on",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The database keeps summaries out of licensed text; here it is said beside the field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kept = Section.objects.filter(edition__publication=self.instance.pk).exclude(summary="").count()
        if cleaned.get("licensed_text") and self.instance.pk and kept:
            self.add_error("licensed_text", f"Sections that keep a summary: {kept}. Take the summaries out first.")
        for alias in cleaned.get("aliases") or []:
            other = Publication.objects.called(alias).exclude(pk=self.instance.pk).first()
            if other:
                self.add_error("aliases", f"“{alias}” already names “{other}”.")
        return cleaned


class ServedForm(forms.ModelForm):
    """A form whose service (`write`) checks and writes as the last step of its validation: a refusal stands beside its
    field, and what was typed stays. The admin site asks once whether a form is valid, and writes nothing itself.
    """

    actor: Actor
    saved: Any = None

    def write(self, cleaned: dict[str, Any]) -> Any:
        raise NotImplementedError

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            with transaction.atomic():
                self.saved = self.write(self.cleaned_data)
        except Refusal as refusal:
            placed = {name: text for name, text in refusal.fields.items() if name in self.fields}
            for name, text in placed.items():
                self.add_error(name, text)
            if not placed:
                self.add_error(None, refusal.message)


class EditionForm(ServedForm):
    """A new edition is begun as a draft, copied from the former one; a draft's own facts are edited."""

    copy_of = forms.ModelChoiceField(
        Edition.objects.select_related("publication"), required=False, label="Copy the sections of",
        help_text="The former edition: every section is copied, and compared afterwards.",
        widget=UnfoldAdminSelectWidget(),
    )  # fmt: skip
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput())

    class Meta:
        model = Edition
        fields = (
            "publication", "year", "effective_from", "effective_to", "pages", "source", "dates_confirmed", "note",
        )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.version
            self.fields.pop("copy_of", None)
        else:
            self.instance.state, self.instance.authors = Edition.State.DRAFT, [self.actor.user_id]

    def write(self, cleaned: dict[str, Any]) -> Edition:
        facts = {name: cleaned[name] for name in FACTS if name in cleaned}
        if self.instance.pk:
            return save_facts(
                edition_id=self.instance.pk, facts=facts, version=cleaned.get("seen") or 0, actor=self.actor
            )
        former = cleaned.get("copy_of")
        draft = start_edition(
            publication_id=cleaned["publication"].pk, year=cleaned["year"], effective_from=cleaned["effective_from"],
            based_on_id=former.pk if former else None, actor=self.actor,
        )  # fmt: skip
        if former and facts.get("pages") is None:
            facts["pages"] = former.pages
        return save_facts(edition_id=draft.pk, facts=facts, version=draft.version, actor=self.actor)


class SectionForm(ServedForm):
    """A section of a draft, or the words for look-up of a published one.

    `seen` and `base` say with what the editor began; when somebody else saved meanwhile, `merge` holds what both did,
    and the page asks for each field what stays (`keep-FIELD`).
    """

    synonyms = LinesField(max_length=200, help_text="Other words for the heading itself, one a line.")
    topics = LinesField(max_length=200, help_text="What it treats of, one a line, the main ones first.")
    drugs = LinesField(max_length=200, help_text="Drugs treated of, brand and generic, one a line.")
    icd10_ranges = LinesField(
        max_length=20, label="ICD-10 ranges", help_text="“M54.5” or “M54-M54.9”, one a line."
    )  # fmt: skip
    body_parts = LinesField(max_length=100, help_text=_WORDS)
    service_categories = LinesField(max_length=100, help_text=_WORDS)
    specialties = LinesField(max_length=100, help_text=_WORDS)
    deep_link = forms.URLField(
        required=False, max_length=500, assume_scheme="https", label="Link to the licensed source",
        widget=UnfoldAdminTextInputWidget(), help_text="Where a subscriber reads the text.",
    )  # fmt: skip
    limits = forms.CharField(
        required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), help_text=f"One a line: {FORM}."
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput())
    base = forms.CharField(required=False, widget=forms.HiddenInput())

    class Meta:
        model = Section
        fields = (
            "edition", "parent", "position", "heading", "pages", "synonyms", "topics", "drugs", "icd10_ranges",
            "body_parts", "service_categories", "specialties", "summary", "strength_of_evidence", "deep_link",
        )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.merge: list[FieldMerge] = []
        if "edition" in self.fields:
            self.fields["edition"].queryset = Edition.every.filter(state="draft").select_related("publication")  # type: ignore[attr-defined]
        if "parent" in self.fields and self.instance.pk:
            others = Section.every.filter(edition=self.instance.edition_id).exclude(pk=self.instance.pk)
            self.fields["parent"].queryset = others.only("heading")  # type: ignore[attr-defined]
        if self.instance.pk:
            facts = facts_of(self.instance)
            self.fields["seen"].initial = self.instance.version
            self.fields["base"].initial = json.dumps(facts)
            if "limits" in self.fields:
                self.fields["limits"].initial = written(map(from_list, facts["limits"]), between="\n")

    def clean_limits(self) -> list[AsList]:
        try:
            return [limit.as_list for limit in read_limits(self.cleaned_data["limits"])]
        except ValueError as problem:
            raise ValidationError(str(problem)) from None

    def clean_base(self) -> dict[str, Any]:
        try:
            base = json.loads(self.cleaned_data["base"] or "{}")
        except ValueError:
            base = {}
        return base if isinstance(base, dict) else {}

    def write(self, cleaned: dict[str, Any]) -> Section:
        mine = {name: cleaned[name] for name in FIELDS if name in cleaned}
        if "parent" in mine:
            mine["parent"] = mine["parent"].pk if mine["parent"] else None
        if not self.instance.pk:
            return add_section(edition_id=cleaned["edition"].pk, facts=mine, actor=self.actor)
        base = cleaned["base"]
        for name in list(mine):
            kept = self.data.get(f"keep-{name}")
            if kept == "theirs":
                mine[name] = base.get(name)
            elif kept == "both":
                mine[name] = json.loads(self.data.get(f"both-{name}", "null"))
        try:
            return save_section(
                section_id=self.instance.pk, mine=mine, base=base, version=cleaned.get("seen") or 0, actor=self.actor
            )
        except MergeNeeded as needed:
            self.merge = needed.fields_merged
            self.data = {**self.data.dict(), "seen": str(needed.version), "base": json.dumps(needed.theirs)}  # type: ignore[attr-defined]
            raise

    def merge_rows(self) -> list[dict[str, Any]]:
        """What both did, as the page shows it; texts, not values."""
        return [
            {
                "name": row.name,
                "label": row.name.replace("_", " ").capitalize(),
                "base": shown(row.base),
                "mine": shown(row.mine),
                "theirs": shown(row.theirs),
                "both": shown(row.proposal) if row.proposal not in (row.mine, row.theirs, None) else "",
                "both_value": json.dumps(row.proposal),
                "chosen": _chosen(row),
            }
            for row in self.merge
        ]


def _chosen(row: FieldMerge) -> str:
    """What is marked beforehand: the merged list, else the one side that changed; a contradiction is asked about, with
    the editor's own text marked.
    """
    if row.contradicts or row.proposal == row.mine:
        return "mine"
    return "theirs" if row.proposal == row.theirs else "both"


def shown(value: Any) -> str:
    if isinstance(value, list):
        parts = (
            from_list(one).in_words if isinstance(one, list) and len(one) == _LIMIT_PARTS else str(one) for one in value
        )  # fmt: skip
        return "; ".join(parts) or "–"
    return "–" if value in (None, "") else str(value)


_LIMIT_PARTS = 5
