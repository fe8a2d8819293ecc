"""The forms of acts that decide a case before, beside and after its review: one class per event of the workflow.

Each knows how to carry its act out (`act`); the view shows a service's refusal beside its fields.
"""

from __future__ import annotations

from typing import Any

from django import forms

from cases.forms.act_parts import ActForm, WithDocument, note_field, sentence, text_field
from cases.forms.acts import refuse_unprintable_text
from cases.forms.serving_letter import ServeLetterForm
from cases.models import Case, Party
from cases.rules.eligibility import Standing, say
from cases.services import eligibility_decisions as decisions
from cases.services.eligibility import cure_window, findings, reasons_for
from cases.services.eligibility_questions import ask
from cases.services.endings import authorize, withdraw
from cases.services.expediting import expedite
from cases.services.jurisdictions import case_date, jurisdiction_of
from cases.services.remands import grounds_for, remand
from cases.workflow import Event
from common.actor import Actor
from common.forms import HouseDateField, HouseForm

WORKER = "worker"
_APPLICANTS = (Party.Role.WORKER_ATTORNEY, Party.Role.REPRESENTATIVE)
_PAYERS = (Party.Role.CLAIMS_ADMINISTRATOR, Party.Role.INSURER, Party.Role.EMPLOYER, Party.Role.UTILIZATION_REVIEWER)


class AskForm(ActForm):
    party = forms.ChoiceField(label="Who is asked", widget=forms.RadioSelect)
    reason = forms.ChoiceField(label="What it is about", widget=forms.RadioSelect)
    question = text_field("The question", "It is printed in the notice; the other parties get a copy.", rows=4)

    def prepare(self) -> None:
        parties = [
            (str(one.pk), f"{one.get_role_display()}: {one.display_name}") for one in self.case.parties.all()
        ]  # fmt: skip
        self.choose("party", [(WORKER, f"Injured worker: {self.case.worker}"), *parties])
        self.choose("reason", [(one.code, sentence(one.words)) for one in reasons_for(self.case).values()])
        if not self.is_bound:
            unknown = next((line for line in findings(self.case) if line.standing == Standing.UNKNOWN), None)
            self.initial["reason"] = unknown.code if unknown else None

    def act(self, *, actor: Actor) -> Case:
        chosen = self.cleaned_data["party"]
        party = None if chosen == WORKER else next(one for one in self.case.parties.all() if str(one.pk) == chosen)
        question = ask(
            case=self.case, party=party, reason=self.cleaned_data["reason"], question=self.cleaned_data["question"],
            actor=actor, now=self.now,
        )  # fmt: skip
        return question.case


class IneligibleForm(ActForm):
    reasons = forms.MultipleChoiceField(label="Why is the application ineligible?", widget=forms.CheckboxSelectMultiple)
    note = text_field("Note", "It stands in the history of the case.", required=False)

    def prepare(self) -> None:
        lines = {line.code: line for line in findings(self.case)}
        known = [one for one in reasons_for(self.case).values() if one.effect == "ineligible"]
        self.choose("reasons", [(one.code, self._label(one.code, one.words)) for one in known])
        overdue = self.case.eligibility_questions.overdue(case_date(self.case, self.now)).exists()
        self.initial["reasons"] = [
            one.code
            for one in known
            if (one.code in lines and lines[one.code].standing == Standing.NOT_MET)
            or (one.code == "no_response" and overdue)
        ]

    def _label(self, code: str, words: str) -> str:
        until, _ = cure_window(self.case, [code])
        if until is None:
            return f"{sentence(words)} (nothing cures it)"
        over = " (that day is over)" if until < case_date(self.case, self.now) else ""
        return f"{sentence(words)} (a cure counts until {say(until)}){over}"

    def act(self, *, actor: Actor) -> Case:
        return decisions.find_ineligible(
            case=self.case, reasons=self.cleaned_data["reasons"], note=self.cleaned_data["note"], actor=actor,
            now=self.now,
        )  # fmt: skip


class DeferForm(HouseForm, WithDocument):
    said_by = forms.ChoiceField(label="Who disputes liability", widget=forms.RadioSelect)
    on = HouseDateField(label="Day of the word")
    dispute = text_field("Which dispute is it?", "It stands in the history and in the notice.")
    field_order = ("said_by", "on", "dispute", "document", "file")
    file_title = "Word of a liability dispute"

    def prepare(self) -> None:
        super().prepare()
        self.choose("said_by", _roles_of(self.case, _PAYERS))

    def act(self, *, actor: Actor) -> Case:
        data = self.cleaned_data
        return decisions.defer(
            case=self.case, said_by=data["said_by"], dispute=data["dispute"], on=data["on"],
            document=self.kept_document(actor), actor=actor, now=self.now,
        )  # fmt: skip


class LiabilityForm(HouseForm, WithDocument):
    how = text_field("How was liability resolved?", "It stands in the history of the case.")
    served_on = HouseDateField(label="Notice of it served on", help_text="A fresh window begins on this day.")
    service = forms.ChoiceField(label="How was the notice served?", widget=forms.RadioSelect)
    field_order = ("how", "served_on", "service", "document", "file")
    file_title = "Notice that liability is resolved"

    def prepare(self) -> None:
        super().prepare()
        rows = jurisdiction_of(self.case).services
        today = case_date(self.case, self.now)
        self.choose("service", [(one.key, sentence(one.name)) for one in rows if one.holds(today)])

    def act(self, *, actor: Actor) -> Case:
        data = self.cleaned_data
        return decisions.resolve_liability(
            case=self.case, how=data["how"], served_on=data["served_on"], service=data["service"],
            document=self.kept_document(actor), actor=actor, now=self.now,
        )  # fmt: skip


class CureForm(HouseForm, WithDocument):
    how = forms.ChoiceField(label="What opens the case again", widget=forms.RadioSelect)
    codes = forms.MultipleChoiceField(label="What is cured", required=False, widget=forms.CheckboxSelectMultiple)
    on = HouseDateField(label="Day on which it came, or on which the appeal was granted")
    granted_by = forms.CharField(
        label="Who granted the appeal", required=False, max_length=200, validators=[refuse_unprintable_text]
    )
    note = note_field()
    field_order = ("how", "codes", "on", "granted_by", "document", "file", "note")
    file_title = "Cure of an application"

    def prepare(self) -> None:
        super().prepare()
        known, standing = reasons_for(self.case), decisions.standing_decision(self.case)
        reasons = [code for code in (standing.reasons if standing else []) if code in known]
        curable = all(known[code].curable for code in reasons)
        ways = [("cured", "What was missing has come"), ("appeal", "An appeal against the finding was granted")]
        self.choose("how", ways if curable else ways[1:])
        self.choose("codes", [(code, sentence(known[code].words)) for code in reasons if known[code].curable])
        if not curable:
            del self.fields["codes"]
            self.initial["how"] = "appeal"

    def act(self, *, actor: Actor) -> Case:
        data = self.cleaned_data
        if data["how"] == "appeal":
            return decisions.grant_appeal(
                case=self.case, granted_on=data["on"], granted_by=data["granted_by"], note=data["note"],
                document=self.kept_document(actor), actor=actor, now=self.now,
            )  # fmt: skip
        return decisions.cure(
            case=self.case, codes=data.get("codes", []), received_on=data["on"], note=data["note"],
            document=self.kept_document(actor), actor=actor, now=self.now,
        )  # fmt: skip


class WithdrawForm(HouseForm, WithDocument):
    who = forms.ChoiceField(label="Who withdrew", widget=forms.RadioSelect)
    how = forms.ChoiceField(
        label="How", widget=forms.RadioSelect,
        choices=[(way, way) for way in ("Letter", "Fax", "E-mail", "Telephone call, noted by staff")],
    )  # fmt: skip
    on = HouseDateField(label="Received on")
    note = note_field()
    field_order = ("who", "how", "on", "document", "file", "note")
    file_title = "Withdrawal of the application"

    def prepare(self) -> None:
        super().prepare()
        self.choose("who", [("Injured worker", "Injured worker"), *_roles_of(self.case, _APPLICANTS)])

    def act(self, *, actor: Actor) -> Case:
        data = self.cleaned_data
        return withdraw(
            case=self.case, who=data["who"], how=data["how"], on=data["on"], note=data["note"],
            document=self.kept_document(actor), actor=actor, now=self.now,
        )  # fmt: skip


class AuthorizeForm(HouseForm, WithDocument):
    items = forms.MultipleChoiceField(
        label="What was authorized", widget=forms.CheckboxSelectMultiple,
        help_text="The case goes on with the items that are left. When none is left, it ends.",
    )  # fmt: skip
    by = forms.ChoiceField(label="Who authorized it", widget=forms.RadioSelect)
    on = HouseDateField(label="Day of the authorization")
    note = note_field()
    field_order = ("items", "by", "on", "document", "file", "note")
    file_title = "Notice of authorization"

    def prepare(self) -> None:
        super().prepare()
        disputed = [one for one in self.case.items.all() if one.is_disputed]
        self.choose("items", [(str(one.position), f"{one.position}. {one.service}") for one in disputed])
        self.choose("by", _roles_of(self.case, _PAYERS))
        if len(disputed) == 1:
            self.initial["items"] = [str(disputed[0].position)]

    def act(self, *, actor: Actor) -> Case:
        data = self.cleaned_data
        return authorize(
            case=self.case, positions=[int(one) for one in data["items"]], by=data["by"], on=data["on"],
            note=data["note"], document=self.kept_document(actor), actor=actor, now=self.now,
        )  # fmt: skip


class ExpediteForm(HouseForm, WithDocument):
    certified_by = forms.CharField(
        label="Physician who certified", max_length=200, validators=[refuse_unprintable_text],
    )  # fmt: skip
    certified_on = HouseDateField(label="Day of the certification")
    note = note_field()
    field_order = ("certified_by", "certified_on", "document", "file", "note")
    file_title = "Certification of an imminent and serious threat"

    def prepare(self) -> None:
        super().prepare()
        self.fields["document"].label = "Written certification"
        requester = next(
            (one for one in self.case.parties.all() if one.role == Party.Role.REQUESTING_PHYSICIAN), None
        )  # fmt: skip
        if requester and requester.person:
            self.initial["certified_by"] = str(requester.person)

    def act(self, *, actor: Actor) -> Case:
        data = self.cleaned_data
        return expedite(
            case=self.case, certified_by=data["certified_by"], certified_on=data["certified_on"], note=data["note"],
            document=self.kept_document(actor), actor=actor, now=self.now,
        )  # fmt: skip


class RemandForm(HouseForm, WithDocument):
    ordered_by = forms.CharField(
        label="Who ordered the new review", max_length=200, validators=[refuse_unprintable_text]
    )
    ordered_on = HouseDateField(label="Day of the order")
    ground = forms.ChoiceField(label="Ground of the appeal", widget=forms.RadioSelect)
    erroneous_fact = text_field(
        "Which finding was found erroneous?", "It is kept with the round; the next review starts from it.", rows=4
    )
    field_order = ("ordered_by", "ordered_on", "ground", "erroneous_fact", "document", "file")
    file_title = "Order of a new review"

    def prepare(self) -> None:
        super().prepare()
        grounds = grounds_for(self.case, case_date(self.case, self.now))
        self.choose("ground", [(key, sentence(words)) for key, words in grounds.items()])

    def act(self, *, actor: Actor) -> Case:
        data = self.cleaned_data
        return remand(
            case=self.case, ordered_by=data["ordered_by"], ordered_on=data["ordered_on"], ground=data["ground"],
            erroneous_fact=data["erroneous_fact"], document=self.kept_document(actor), actor=actor, now=self.now,
        )  # fmt: skip


def _roles_of(case: Case, roles: tuple[Party.Role, ...]) -> list[tuple[str, str]]:
    """Parties of these roles, by what the history calls them."""
    found = [one for one in case.parties.all() if one.role in roles]
    named = [(str(one.get_role_display()), f"{one.get_role_display()}: {one.display_name}") for one in found]
    return named or [(str(role.label), str(role.label)) for role in roles[:1]]


#: Event -> its form. An event that is not here has no words of its own to ask for.
ACT_FORMS: dict[str, type[Any]] = {
    Event.ASK: AskForm,
    Event.FIND_INELIGIBLE: IneligibleForm,
    Event.DEFER: DeferForm,
    Event.LIABILITY_RESOLVED: LiabilityForm,
    Event.CURE: CureForm,
    Event.WITHDRAW: WithdrawForm,
    Event.TERMINATE: AuthorizeForm,
    Event.EXPEDITE: ExpediteForm,
    Event.REMAND: RemandForm,
    Event.SERVE: ServeLetterForm,
}
