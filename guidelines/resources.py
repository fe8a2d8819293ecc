"""Sections as rows of a table: what the admin site imports (dry run, differences, then confirm) and exports."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import IntegerWidget, SimpleArrayWidget

from guidelines.models import Edition, Publication, Section

_LISTS = ("topics", "body_parts", "service_categories", "specialties")


def _words(name: str) -> Field:
    return Field(attribute=name, column_name=name, widget=SimpleArrayWidget(separator=";"))


class SectionResource(ModelResource):
    """One row a section, found by publication, year and heading; lists are written with semicolons."""

    publication = Field(attribute="edition__publication__name", column_name="publication", readonly=True)
    year = Field(attribute="edition__year", column_name="year", readonly=True, widget=IntegerWidget())
    topics = _words("topics")
    body_parts = _words("body_parts")
    service_categories = _words("service_categories")
    specialties = _words("specialties")

    class Meta:
        model = Section
        fields = ("publication", "year", "heading", "position", "pages", *_LISTS, "summary")
        export_order = fields
        import_id_fields = ("publication", "year", "heading")
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        use_transactions = True

    def get_queryset(self) -> QuerySet[Section]:
        rows: QuerySet[Section] = Section.objects.with_edition()
        return rows.defer("vector", "words").order_by("edition", "position", "pk")

    def before_import_row(self, row: dict[str, Any], **_options: Any) -> None:
        """Names the missing edition in words, before the row is looked for. Lists lose their blanks."""
        self._edition(row)
        for name in _LISTS:
            if name in row:
                row[name] = ";".join(word.strip() for word in str(row[name] or "").split(";") if word.strip())
        for name in ("pages", "summary"):
            if name in row:
                row[name] = str(row[name] or "")

    def init_instance(self, row: dict[str, Any] | None = None) -> Section:
        return Section(edition=self._edition(row or {}))

    def _edition(self, row: dict[str, Any]) -> Edition:
        name, year = str(row.get("publication") or "").strip(), str(row.get("year") or "").strip()
        publication = Publication.objects.called(name).first()
        edition = publication.editions.filter(year=int(year)).first() if publication and year.isdigit() else None
        if edition is None:
            raise ValidationError(
                f"There is no edition of {year or 'no year'} of “{name or 'no publication'}”. Add the edition first."
            )
        row["publication"], row["year"] = edition.publication.name, edition.year
        return edition
