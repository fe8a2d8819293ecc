"""Forms of the admin site: lists are typed one entry a line, editions are checked against one another."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from unfold.widgets import UnfoldAdminTextareaWidget

from guidelines.models import Edition, Publication, Section
from guidelines.rules.citation import overlap


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

    class Meta:
        model = Publication
        fields = (
            "name", "aliases", "basis", "issuer", "licensed_text", "topics", "body_parts", "service_categories",
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


class SectionForm(forms.ModelForm):
    topics = LinesField(
        max_length=200, help_text="Synonyms, abbreviations, drugs (brand and generic), one a line, the main ones first."
    )
    body_parts = LinesField(max_length=100, help_text=_WORDS)
    service_categories = LinesField(max_length=100, help_text=_WORDS)
    specialties = LinesField(max_length=100, help_text=_WORDS)

    class Meta:
        model = Section
        fields = (
            "edition", "parent", "position", "heading", "pages", "topics", "body_parts", "service_categories",
            "specialties", "summary",
        )  # fmt: skip


class EditionFormSet(BaseInlineFormSet):
    """Editions of one publication, typed side by side."""

    def clean(self) -> None:
        super().clean()
        kept = [
            form.instance
            for form in self.forms
            if form not in self.deleted_forms and not form.errors and (form.has_changed() or form.instance.pk)
        ]
        pair = overlap([edition for edition in kept if isinstance(edition, Edition)])
        if pair:
            first, second = pair
            raise ValidationError(
                f"The editions of {first.year} and {second.year} would be in force at the same time. "
                "End one the day before the other begins."
            )
