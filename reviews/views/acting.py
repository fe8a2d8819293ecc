"""The one way in which the small forms of the panel are shown and carried out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from common.errors import Refusal


def act(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    done: str,
    back: str,
    **page: Any,
) -> HttpResponse:
    """Show a form; on a valid POST carry it out, say so and go back. A refusal stays beside the fields it names.

    do: takes the cleaned data. page: heading, button, and what the template may show: consequence, facts, about.
    """
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except Refusal as refusal:
            _show(form, refusal)
        else:
            messages.success(request, done)
            return redirect(back)
    context = {"form": form, "back": back, **page}
    return render(request, "reviews/panel_form.html", context, status=422 if form.is_bound else 200)


def _show(form: forms.Form, refusal: Refusal) -> None:
    """Each sentence beside its field; what names no field of this form stands on top."""
    fields = {name: text for name, text in getattr(refusal, "fields", {}).items() if name in form.fields}
    for name, text in fields.items():
        form.add_error(name, text)
    if not fields:
        form.add_error(None, refusal.message)
