"""The intake form as a whole: its parts and repeated rows, the exchange row that they make, and errors put back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core import signing
from django.forms.formsets import BaseFormSet
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from cases.forms.parts import (
    ApplicationPart,
    CasePart,
    CitationPart,
    ClaimPart,
    DiagnosisPart,
    DocumentPart,
    ItemPart,
    Part,
    PartyPart,
    ReviewPart,
    WorkerPart,
)
from cases.models import Party
from cases.services.documents import Filed, store_pdf
from common.errors import InputRefusal
from common.models import StoredFile
from guidelines.models import CitationFields

_SALT = "cases.intake.kept"
_KEPT_SECONDS = 24 * 60 * 60
_MOST_ROWS = 100
#: The parts that nearly every application has, ready to be filled in.
USUAL_PARTIES = (Party.Role.CLAIMS_ADMINISTRATOR, Party.Role.REQUESTING_PHYSICIAN, Party.Role.EMPLOYER)

SINGLE: dict[str, type[Part]] = {
    "case": CasePart,
    "worker": WorkerPart,
    "claim": ClaimPart,
    "utilization_review": ReviewPart,
    "application": ApplicationPart,
}


class Rows(BaseFormSet):
    """A repeated part. A removed row keeps what was typed until the form is sent, so that it can be put back."""

    @property
    def kept_rows(self) -> list[Any]:
        """The rows that count: neither removed nor left empty."""
        return [form for form in self.forms if form.has_changed() and not self.is_removed(form)]

    def is_removed(self, form: forms.Form) -> bool:
        return bool(self.is_bound and form.data.get(f"{form.prefix}-DELETE"))

    @property
    def shown(self) -> list[dict[str, Any]]:
        """For the template: each row with its number, which never changes while the form is open."""
        return [
            {"form": form, "number": index + 1, "removed": self.is_removed(form)}
            for index, form in enumerate(self.forms)
        ]


class PartyRows(Rows):
    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        kwargs = super().get_form_kwargs(index)
        if index is not None and index < len(USUAL_PARTIES):
            kwargs["initial"] = {"role": USUAL_PARTIES[index]}
        return kwargs


class ItemRows(Rows):
    """Disputed items, each with the citations of the claims administrator below it."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        data = form.data if self.is_bound else None
        form.citations = CITATIONS(data, prefix=f"{form.prefix}-citations")


def _rows(part: type[Part], base: type[Rows], *, extra: int, least: int = 0) -> type[Rows]:
    made: Any = forms.formset_factory(
        part, formset=base, extra=extra, min_num=least, validate_min=False, can_delete=True, max_num=_MOST_ROWS
    )
    return made  # type: ignore[no-any-return]


CITATIONS = _rows(CitationPart, Rows, extra=0)
REPEATED: dict[str, type[Rows]] = {
    "diagnoses": _rows(DiagnosisPart, Rows, extra=1),
    "items": _rows(ItemPart, ItemRows, extra=0, least=1),
    "parties": _rows(PartyPart, PartyRows, extra=len(USUAL_PARTIES)),
    "documents": _rows(DocumentPart, Rows, extra=1),
}


class IntakeForm:
    """All forms of one application over one set of posted data.

    add, remove and restore change the rows without judging what is typed; `is_valid` then `row` give the exchange row;
    `show` puts a refusal's messages beside the fields they mean.
    """

    def __init__(
        self, data: QueryDict | None = None, files: MultiValueDict[str, Any] | None = None, *, user_id: int
    ) -> None:
        self.user_id = user_id
        self.refusals: list[str] = []
        self.uploads: dict[str, str] = {}
        self._fields: dict[str, tuple[Part, str]] = {}
        self._parts: dict[str, Part] = {}
        self.filed: dict[int, Filed] = {}
        if data is not None:
            data = self._keep_uploads(data.copy(), files or MultiValueDict())
        self.single = {name: part(data, prefix=name) for name, part in SINGLE.items()}
        self.repeated = {name: rows(data, prefix=name) for name, rows in REPEATED.items()}

    # --- rows ------------------------------------------------------------------------------------------------------

    @staticmethod
    def change_rows(data: QueryDict) -> QueryDict | None:
        """The posted data with a row added, removed or put back, or None when no such button was pressed."""
        changed = data.copy()
        if prefix := data.get("add"):
            rows = str(data.get(f"{prefix}-TOTAL_FORMS", ""))
            if rows.isascii() and rows.isdigit() and len(rows) <= len(str(_MOST_ROWS)):
                changed[f"{prefix}-TOTAL_FORMS"] = str(min(int(rows) + 1, _MOST_ROWS))
                if prefix == "items":  # its own rows of citations begin empty
                    changed[f"items-{rows}-citations-TOTAL_FORMS"] = changed[
                        f"items-{rows}-citations-INITIAL_FORMS"
                    ] = "0"
                if prefix.endswith("-citations"):  # a posted form knows no initial values
                    changed[f"{prefix}-{rows}-basis"] = CitationFields.Basis.MTUS.value
            return changed
        if prefix := data.get("remove"):
            changed[f"{prefix}-DELETE"] = "on"
            return changed
        if prefix := data.get("restore"):
            changed.pop(f"{prefix}-DELETE", None)
            return changed
        return None

    def quiet(self) -> IntakeForm:
        """Judge nothing yet: no errors are shown while rows are added or removed."""
        for form in self.forms():
            form._errors, form.cleaned_data = ErrorDict(), {}  # noqa: SLF001 - Django has no public way
        for rows in self.all_rows():
            rows._errors, rows._non_form_errors = [{} for _ in rows.forms], ErrorList()  # noqa: SLF001
        return self

    # --- validity --------------------------------------------------------------------------------------------------

    def is_valid(self) -> bool:
        """Whether every part can be read. Removed and empty rows are not asked."""
        good = [part.is_valid() for part in self.single.values()]
        for rows in self.all_rows():
            asked = rows.kept_rows or (rows.forms[:1] if rows.prefix == "items" else [])
            good.extend(form.is_valid() for form in asked)
        good.extend(self._still_kept(form) for form in self.repeated["documents"].kept_rows)
        return all(good) and not self.uploads

    def _still_kept(self, form: Any) -> bool:
        """A file that is kept no longer is asked for again, never left out in silence."""
        if not self._token(form) or self._word(self._token(form)):
            return True
        form.add_error("file", "This file is not kept any longer. Choose it again.")
        return False

    def row(self) -> dict[str, Any]:
        """The exchange row; call after `is_valid`."""
        row: dict[str, Any] = {}
        for name, part in self.single.items():
            if name == "case":
                row.update(part.part())
                self._parts[""] = part
            else:
                row[name] = part.part()
                self._parts[name] = part
        for name, rows in self.repeated.items():
            row[name] = [self._repeated_part(name, place, form) for place, form in enumerate(rows.kept_rows)]
        self._number_dependencies(row["items"])
        for place, form in enumerate(self.repeated["documents"].kept_rows):
            if filed := self._filed(form.cleaned_data["kept"]):
                self.filed[place] = filed
        return row

    def _repeated_part(self, name: str, place: int, form: Any) -> dict[str, Any]:
        self._parts[f"{name}[{place}]"] = form
        facts: dict[str, Any] = form.part()
        if name == "items":
            cited = form.citations.kept_rows
            key = "claims_administrator_guidelines"
            self._parts.update({f"items[{place}].{key}[{at}]": one for at, one in enumerate(cited)})
            facts[key] = [one.part() for one in cited]
        return facts

    def _number_dependencies(self, items: list[dict[str, Any]]) -> None:
        """The form counts removed and empty items too; the row counts those that are sent."""
        rows = self.repeated["items"]
        places = {rows.forms.index(form) + 1: place for place, form in enumerate(rows.kept_rows, 1)}
        for facts in items:
            if facts["depends_on"] is not None:
                facts["depends_on"] = places.get(facts["depends_on"], _MOST_ROWS + facts["depends_on"])

    def show(self, refusal: InputRefusal) -> None:
        """Put what was refused beside the fields; what means no field goes on top."""
        for path, message in (refusal.fields or {"": refusal.message}).items():
            part, name = self._field_at(path)
            if part is None:
                self.refusals.append(f"{path}: {message}" if path and path != "row" else message)
            else:
                part.add_error(name, message[:1].upper() + message[1:])

    def _field_at(self, path: str) -> tuple[Part | None, str | None]:
        for known in sorted(self._parts, key=len, reverse=True):
            if known and path == known:
                return self._parts[known], None
            if path.startswith(f"{known}.") or not known:
                rest = path[len(known) + 1 :] if known else path
                if name := self._parts[known].field_of(rest):
                    return self._parts[known], name
        return None, None

    def forms(self) -> Iterator[Any]:
        yield from self.single.values()
        for rows in self.all_rows():
            yield from rows.forms

    def all_rows(self) -> Iterator[Any]:
        for rows in self.repeated.values():
            yield rows
            if rows.prefix == "items":
                yield from (form.citations for form in rows.forms)

    @property
    def for_summary(self) -> list[Any]:
        """Every form that was judged, in the order of the page."""
        return [form for form in self.forms() if form.is_bound and form._errors]  # noqa: SLF001

    # --- files -----------------------------------------------------------------------------------------------------

    def _keep_uploads(self, data: QueryDict, files: MultiValueDict[str, Any]) -> QueryDict:
        """Store each uploaded PDF at once and remember it by a signed word in the form, so it is sent only once."""
        for name in files:
            upload: Any = files[name]
            if not re.fullmatch(r"documents-\d+-file", name):
                continue
            try:
                filed = store_pdf(upload.read(), name=f"“{upload.name}”")
            except InputRefusal as refusal:
                self.uploads[name] = refusal.message
                continue
            word = {"sha256": filed.file.sha256, "pages": filed.pages, "name": upload.name, "user": self.user_id}
            data[name.removesuffix("file") + "kept"] = signing.dumps(word, salt=_SALT)
        return data

    def _word(self, token: str) -> Mapping[str, Any] | None:
        if not token:
            return None
        try:
            word: dict[str, Any] = signing.loads(token, salt=_SALT, max_age=_KEPT_SECONDS)
        except signing.BadSignature:
            return None
        return word if word.get("user") == self.user_id else None

    def _filed(self, token: str) -> Filed | None:
        word = self._word(token)
        if word is None:
            return None
        return Filed(file=StoredFile.objects.get(sha256=word["sha256"]), pages=word["pages"])

    @staticmethod
    def _token(form: Any) -> str:
        return form.data.get(f"{form.prefix}-kept", "") if form.is_bound else ""

    @property
    def document_rows(self) -> list[dict[str, Any]]:
        """Rows of documents with the file that is kept for each, and what was wrong with one just sent."""
        rows = self.repeated["documents"]
        return [
            {
                **shown,
                "kept": self._word(self._token(shown["form"])),
                "refused": self.uploads.get(f"{shown['form'].prefix}-file"),
            }
            for shown in rows.shown
        ]
