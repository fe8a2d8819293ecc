from __future__ import annotations

from django.db import models

from accounts.roles import RIGHTS


class Right(models.Model):
    """No table: the place where Django hangs the site's rights as permissions."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = list(RIGHTS.items())

    def __str__(self) -> str:
        return "right"
