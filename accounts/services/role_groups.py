"""Lays the groups of `accounts.roles` and their rights into the database, after every migration."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from accounts.roles import ROLES


def sync_roles(**signal: Any) -> None:
    app = signal.get("app_config")
    if app is not None:  # the receiver may run before Django's own that makes the permissions
        create_permissions(app, verbosity=0)
    known = {
        permission.codename: permission
        for permission in Permission.objects.filter(content_type__app_label="accounts", content_type__model="right")
    }
    for role, rights in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set([known[right] for right in rights])
