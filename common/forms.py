"""Forms of the house: label above, hint below, errors beside the field and in a summary on top, "optional" said.

The drawing is in templates/bootstrap5/ (crispy forms takes it before its own).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from common.days import house_date

#: Fewer choices than this are shown as radio buttons.
RADIO_BELOW = 6
#: A two-digit year may lie this far ahead; beyond it the century before is meant.
_YEARS_AHEAD = 20

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})")
_WORDS = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4}|\d{2})")


def read_date(text: str, *, today: dt.date) -> dt.date | None:
    """The date meant by "8/12/13", "2013-08-12" or "Aug 12, 2013"; None where it is none.

    A two-digit year is the one nearest to `today`, at most 20 years ahead of it.
    """
    typed = text.strip()
    if match := _ISO.fullmatch(typed):
        year, month, day = (int(part) for part in match.groups())
    elif match := _NUMBERS.fullmatch(typed):
        month, day, year = (int(part) for part in match.groups())
    elif (match := _WORDS.fullmatch(typed)) and _is_month(match[1]):
        month, day, year = _MONTHS.index(match[1][:3].lower()) + 1, int(match[2]), int(match[3])
    else:
        return None
    try:
        return dt.date(_full_year(year, today.year), month, day)
    except ValueError:
        return None


def _is_month(word: str) -> bool:
    names = [dt.date(2000, number, 1).strftime("%B").lower() for number in range(1, 13)]
    return any(name.startswith(word.lower()) for name in names) or word.lower() == "sept"


def _full_year(year: int, this_year: int) -> int:
    if year > 99:  # noqa: PLR2004 two digits
        return year
    near = this_year // 100 * 100 + year
    return near - 100 if near > this_year + _YEARS_AHEAD else near


class HouseDateInput(forms.DateInput):
    """A text field for a date; static/js/dates.js shows below it what was understood."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        given = {"data-date": "", "class": "input-date", "autocomplete": "off", "inputmode": "text"}
        super().__init__(attrs={**given, **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, dt.date):
            return f"{value:%b} {value.day}, {value.year}"
        return str(value) if value else None


class HouseDateField(forms.DateField):
    """A date as people type it; see `read_date`."""

    widget = HouseDateInput
    default_error_messages = {"invalid": "“%(value)s” is not a date. Type it like 8/12/2013 or Aug 12, 2013."}

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, str) and value.strip():
            date = read_date(value, today=house_date(timezone.now()))
            if date is None:
                raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": value.strip()})
            return date
        return super().to_python(value)


class HouseForm:
    """Put first among the bases of a form: `class OfferForm(HouseForm, forms.Form)`.

    The template writes <form>, the CSRF token and the buttons around `{% crispy form %}`: one form tag may hold several
    forms and formsets. Such a page sets `own_summary = False` and includes components/error_summary.html once.
    """

    own_summary = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        for field in self.fields.values():  # type: ignore[attr-defined]
            _use_house_widget(field)
            _use_house_words(field)


def _use_house_widget(field: forms.Field) -> None:
    """Radio buttons for few choices, the house's date field for dates, no browser bubbles over our own messages."""
    widget = field.widget
    if type(widget) is forms.Select and isinstance(field, forms.ChoiceField) and _few(field):
        radio = forms.RadioSelect(attrs=widget.attrs)
        radio.is_required = field.required
        radio.choices = [
            (value, "Not stated" if value == "" and str(label).startswith("---") else label)
            for value, label in _choices(field)
            if value != "" or not field.required
        ]
        field.widget = radio
    elif isinstance(widget, forms.DateInput) and not isinstance(widget, HouseDateInput):
        field.widget = HouseDateInput(widget.attrs)
    elif isinstance(widget, forms.Textarea):
        widget.attrs.setdefault("rows", 6)


def _use_house_words(field: forms.Field) -> None:
    """What to do instead of "This field is required", unless the form says it in its own words."""
    if field.error_messages.get("required") != forms.Field.default_error_messages["required"]:
        return
    if isinstance(field, forms.BooleanField):
        words = "Tick this to go on."
    elif isinstance(field, forms.FileField):
        words = "Choose a file."
    elif isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        words = "Choose at least one."
    elif isinstance(field, forms.ChoiceField):
        words = "Choose one."
    elif isinstance(field, forms.DateField):
        words = "Enter a date."
    else:
        words = "Fill this in."
    field.error_messages["required"] = words


def _few(field: forms.ChoiceField) -> bool:
    if isinstance(field, forms.ModelChoiceField):
        return False  # counting would ask the database each time; say widget=RadioSelect where the rows are known
    return 0 < len([value for value, _ in _choices(field) if value != ""]) < RADIO_BELOW


def _choices(field: forms.ChoiceField) -> list[tuple[Any, Any]]:
    return list(cast("Iterable[tuple[Any, Any]]", field.choices))
