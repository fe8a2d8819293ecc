"""Which record answers a request to one party, and the notice that sends it on to the others (LC 4610.6(b))."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models

from cases.models.document import Document
from cases.models.notice import Notice


@pghistory.track(model_name="PartyAnswerHistory")
class PartyAnswer(models.Model):
    """The answer to a request, marked once. Its row may only change when the notice that sent it on was given up."""

    request = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="answer")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="answers_requests")
    notice = models.OneToOneField(
        Notice, on_delete=models.PROTECT, related_name="sends_on", help_text="Sends the answer to everybody else."
    )
    by = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="party_answer_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.document} answers {self.request.reference}"
