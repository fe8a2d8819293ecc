from __future__ import annotations

from django.db import models


class HealthAlertQuerySet(models.QuerySet["HealthAlert"]):
    def open(self) -> HealthAlertQuerySet:
        return self.filter(closed_at__isnull=True)

    def to_mail(self) -> HealthAlertQuerySet:
        """Openings and recoveries of which the administrators have not been told."""
        untold = models.Q(told_at__isnull=True)
        recovered = models.Q(closed_at__isnull=False, told_at__isnull=False, recovery_told_at__isnull=True)
        return self.filter(untold | recovered)


class HealthAlert(models.Model):
    """One time that a limit of the health page was passed, from the passing to the recovery; one mail for each."""

    problem = models.CharField(max_length=40, help_text='Key of the sign that failed: "worker".')
    sentence = models.CharField(max_length=500)
    opened_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    recovery_told_at = models.DateTimeField(null=True, blank=True)

    objects = HealthAlertQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["problem"], condition=models.Q(closed_at=None), name="health_alert_open_once_per_problem"
            )
        ]

    def __str__(self) -> str:
        return f"{self.problem} since {self.opened_at:%Y-%m-%d %H:%M}"
