from __future__ import annotations

from django import forms

from cases.forms.act_parts import ActForm, note_field, sentence
from cases.models import Case
from cases.services.jurisdictions import case_date, jurisdiction_of
from cases.services.serving_letter import ADMINISTRATOR, APPLICANT, serve_letter, usual_ways
from common.actor import Actor
from common.forms import HouseDateField


class ServeLetterForm(ActForm):
    """The usual ways are chosen already; the last days on the letter's clocks hang on them."""

    served_on = HouseDateField(label="Letter served on", help_text="The day it went to the carrier or was sent.")
    administrator_by = forms.ChoiceField(label="How the claims administrator was served", widget=forms.RadioSelect)
    worker_by = forms.ChoiceField(label="How the injured worker was served", widget=forms.RadioSelect)
    note = note_field()

    def prepare(self) -> None:
        today = case_date(self.case, self.now)
        ways = [(one.key, sentence(one.name)) for one in jurisdiction_of(self.case).services if one.holds(today)]
        usual = usual_ways(self.case, today)
        for name, who in (("administrator_by", ADMINISTRATOR), ("worker_by", APPLICANT)):
            self.choose(name, ways)
            self.initial.setdefault(name, usual[who])
        self.initial.setdefault("served_on", today)

    def act(self, *, actor: Actor) -> Case:
        data = self.cleaned_data
        ways = {ADMINISTRATOR: data["administrator_by"], APPLICANT: data["worker_by"]}
        return serve_letter(
            case=self.case, served_on=data["served_on"], ways=ways, note=data["note"], actor=actor, now=self.now
        )
