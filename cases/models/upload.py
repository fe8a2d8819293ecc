from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models.access_code import AccessCode
from cases.models.arrival import Arrival
from cases.models.case import Case


class UploadQuerySet(models.QuerySet["Upload"]):
    def unfinished(self) -> UploadQuerySet:
        return self.filter(finished_at=None)

    def untouched_since(self, moment: dt.datetime) -> UploadQuerySet:
        return self.filter(touched_at__lt=moment)


class Upload(models.Model):
    """A file on its way in, piece by piece (tus 1.0). Whole, it becomes an `Arrival`; the row goes a day later.

    The first `offset` bytes lie in UPLOAD_FOLDER under the row's token, synced to the disk; what lies behind them is
    left from a crash and is overwritten.
    """

    token = models.CharField(max_length=43, unique=True, help_text="Its address; nobody can guess it.")
    door = models.CharField(max_length=10, choices=Arrival.Door)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    access_code = models.ForeignKey(AccessCode, models.CASCADE, null=True, blank=True, related_name="uploads")
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200)
    folder = models.CharField(max_length=300, blank=True)
    changed = models.CharField(max_length=20, blank=True, help_text="The file's own last change, as the browser says.")
    from_role = models.CharField(max_length=25, blank=True)
    kind = models.CharField(max_length=30, blank=True)
    length = models.PositiveBigIntegerField(help_text="Bytes of the whole file.")
    offset = models.PositiveBigIntegerField(default=0, help_text="Bytes that are here.")
    began_at = models.DateTimeField()
    touched_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    arrival = models.OneToOneField(Arrival, models.PROTECT, null=True, blank=True, related_name="upload")

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(offset__lte=F("length")), name="upload_is_no_longer_than_said"),
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(access_code__isnull=True), name="upload_has_one_sender"
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(offset=F("length"), arrival__isnull=False),
                name="upload_finished_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.offset} of {self.length}"
