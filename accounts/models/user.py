from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property

from accounts.roles import rights_of


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, by e-mail address. Roles are groups, see `accounts.roles`."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField("may sign in", default=True)
    is_staff = models.BooleanField("may enter the admin site", default=False)
    date_joined = models.DateTimeField(default=timezone.now)
    session_epoch = models.PositiveIntegerField(
        default=0, help_text="Part of what every session is sealed with: one more ends all sessions at once."
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def role_names(self) -> frozenset[str]:
        return frozenset(self.groups.values_list("name", flat=True))

    @cached_property
    def rights(self) -> frozenset[str]:
        """What the person's roles grant by `accounts.roles`; nothing once the account is closed."""
        return rights_of(self.role_names) if self.is_active else frozenset()

    def has_right(self, right: str) -> bool:
        """Whether one of the person's roles holds the right (a key of `accounts.roles.RIGHTS`).

        Read from `accounts.roles` by the groups' names: nobody stands above the roles, no superuser either.
        """
        return right in self.rights

    def get_session_auth_hash(self) -> str:
        return self._session_seal(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_seal(secret)

    def _session_seal(self, secret: str | bytes) -> str:
        content = f"{self.session_epoch}:{self.password}"
        return salted_hmac("accounts.session", content, secret=secret, algorithm="sha256").hexdigest()
