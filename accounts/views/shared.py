"""What the views of this room share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from accounts.models import User
from common.actor import Actor
from common.errors import Refusal


def actor_of(request: HttpRequest) -> Actor:
    """The actor for the person signed in; the view's door has made sure that there is one."""
    return Actor.of(person_of(request))


def person_of(request: HttpRequest) -> User:
    user: User | AnonymousUser = request.user
    if not isinstance(user, User):
        raise TypeError("nobody is signed in")
    return user


def show_refusal(form: Any, refusal: Refusal) -> None:
    """Put a service's refusal beside the fields that it names, or on top."""
    named = {field: text for field, text in refusal.fields.items() if field in form.fields}
    for field, text in named.items():
        form.add_error(field, text)
    if not named:
        form.add_error(None, forms.ValidationError(refusal.message))
