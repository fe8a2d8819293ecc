"""One reviewer's credential file: every credential with its latest check, and what is missing (UR-2, UR-12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from reviews.models import Certification, CredentialCheck, License, Reviewer, TrainingRecord
from reviews.models.credentialing import Kind
from reviews.rules.credentials import BLOCKING, Standing, standing, standing_of_check, worst
from reviews.rules.dates import months_before, shown
from reviews.rules.facts import CheckFacts, GateNumbers, Outcome
from reviews.services.panel_facts import checks_of
from reviews.services.reference import panel_numbers

Proof = CredentialCheck | TrainingRecord


@dataclass(frozen=True)
class Line:
    """A credential. row: of the licence or certification, 0 for the others. label: as the screens name it.

    stopped: the licence's own word where it is not active. check: the newest, where it confirmed; of the training in
    the law its own record, where nobody looked after it.
    """

    kind: str
    row: int
    about: str
    label: str
    since: dt.date | None
    until: dt.date | None
    standing: Standing
    stopped: str
    checked_on: dt.date | None
    checked_by: str
    source: str
    check: Proof | None

    @property
    def proof_kind(self) -> str:
        """What the page of papers calls the check."""
        return "training" if isinstance(self.check, TrainingRecord) else "check"


@dataclass(frozen=True)
class CredentialFile:
    reviewer: Reviewer
    on: dt.date
    lines: tuple[Line, ...]
    missing: tuple[str, ...]

    @property
    def standing(self) -> Standing:
        """The worst of all: what a list shows of the person."""
        return worst(line.standing for line in self.lines)

    @property
    def others(self) -> tuple[Line, ...]:
        """Practice, training and the search for sanctions."""
        return tuple(line for line in self.lines if line.kind not in (Kind.LICENSE, Kind.CERTIFICATION))

    @property
    def complete(self) -> bool:
        return not self.missing


def with_file(rows: QuerySet[Reviewer]) -> QuerySet[Reviewer]:
    """Everything that `file_of` reads, in a constant number of statements."""
    return rows.prefetch_related(
        "certifications",
        "licenses",
        Prefetch("checks", CredentialCheck.objects.select_related("document")),
        Prefetch("trainings", TrainingRecord.objects.select_related("document", "recorded_by")),
    )


def file_of(reviewer: Reviewer, *, on: dt.date) -> CredentialFile:
    """The file of a reviewer loaded by `with_file`."""
    checks: dict[tuple[str, str], CredentialCheck] = {}
    for check in reviewer.checks.all():  # newest first
        checks.setdefault((check.kind, check.about), check)
    lines = (
        *(_license(one, checks, on) for one in reviewer.licenses.all()),
        *(_certification(one, checks, on) for one in reviewer.certifications.all()),
        *_others(reviewer, checks, on),
    )
    return CredentialFile(reviewer, on, lines, tuple(_missing(reviewer, lines, on)))


def about_of(row: License | Certification) -> str:
    """How a check names the credential it was about; the same words after the roster was imported again."""
    return str(row)[:200]


def newest_look(reviewer: Reviewer, kind: str, row: License | Certification | None, *, on: dt.date) -> dt.date | None:
    """The day of the newest look at something's source, by staff or by a roster file; None where nobody looked.

    row: of the licence or certification. on: what a file says of a later day is no look.
    """
    if row is None:
        newest = reviewer.newest_checks.get(kind)
        return dt.date.fromisoformat(newest["on"]) if newest else None
    checks = reviewer.checks.filter(kind=kind, about=about_of(row)).values_list("checked_on", flat=True)
    return max((day for day in (row.verified_on, checks.first()) if day and day <= on), default=None)


def _license(one: License, checks: dict[tuple[str, str], CredentialCheck], on: dt.date) -> Line:
    stopped = one.get_status_display() or "Not stated" if one.status != License.Status.ACTIVE else ""
    return _line(
        Kind.LICENSE, one.pk, about_of(one), f"{one.state or 'State not stated'} licence {one.number}", None,
        one.expires_on, (one.verified_on, one.verified_by, one.source), checks, on, stopped=stopped,
    )  # fmt: skip


def _certification(one: Certification, checks: dict[tuple[str, str], CredentialCheck], on: dt.date) -> Line:
    return _line(
        Kind.CERTIFICATION, one.pk, about_of(one), str(one), one.certified_on, one.expires_on,
        (one.verified_on, one.verified_by, one.source), checks, on,
    )  # fmt: skip


def _others(reviewer: Reviewer, checks: dict[tuple[str, str], CredentialCheck], on: dt.date) -> Iterator[Line]:
    """What is of the person and has no row of its own; how it stands is read where the gate reads it."""
    hours, trained = reviewer.practice_hours_per_week, reviewer.law_training_completed_on
    newest, gate = checks_of(reviewer.newest_checks), panel_numbers().gate
    days = panel_numbers().credentials.expiring_days
    labels = {
        Kind.PRACTICE: f"{'Hours not stated' if hours is None else f'{hours} hours a week'} in active practice",
        Kind.TRAINING: f"Training in the law, {shown(trained)}" if trained else "Training in the law, none on file",
        Kind.SANCTIONS: "Search for sanctions and exclusions",
    }
    since = {Kind.PRACTICE: reviewer.practice_since, Kind.TRAINING: trained, Kind.SANCTIONS: None}
    for kind, label in labels.items():
        facts = getattr(newest, kind)
        word = standing_of_check(facts, on=on, verification_months=gate.verification_months, expiring_days=days)
        if kind == Kind.TRAINING:
            word = _of_training(trained, word, gate, on)
        proof = _proof(reviewer, checks.get((kind, "")), kind, facts)
        confirmed = proof if not isinstance(proof, CredentialCheck) or proof.confirmed else None
        yield Line(
            kind, 0, "", label, since[kind], None, word, "", facts.on if facts else None, *_who(proof), confirmed
        )  # fmt: skip


def _of_training(trained: dt.date | None, word: Standing, gate: GateNumbers, on: dt.date) -> Standing:
    months = gate.training_months(on)
    if trained is None or trained > on:
        return Standing.UNVERIFIED
    return Standing.EXPIRED if months and trained < months_before(on, months) else word


def _proof(reviewer: Reviewer, check: CredentialCheck | None, kind: str, facts: CheckFacts | None) -> Proof | None:
    """What the newest check was read from: a check, or the record of the training."""
    if kind == Kind.TRAINING and facts and facts.outcome == Outcome.CONFIRMED:
        for record in reviewer.trainings.all():
            own = (record.what, record.done_on) == (TrainingRecord.What.LAW, reviewer.law_training_completed_on)
            if own and (check is None or record.recorded_at > check.recorded_at):
                return record
    return check


def _who(proof: Proof | None) -> tuple[str, str]:
    """By whom, and from which source."""
    if isinstance(proof, TrainingRecord):
        return proof.recorded_by.name or proof.recorded_by.email, proof.text[:300]
    return (proof.checked_by_name, proof.source) if proof else ("", "")


def _line(  # noqa: PLR0917 - the columns of a line
    kind: str,
    row: int,
    about: str,
    label: str,
    since: dt.date | None,
    until: dt.date | None,
    known: tuple[dt.date | None, str, str],
    checks: dict[tuple[str, str], CredentialCheck],
    on: dt.date,
    *,
    stopped: str = "",
) -> Line:
    checked_on, checked_by, source = known
    check = checks.get((kind, about))
    return Line(
        kind, row, about, label, since, until, stand(expires_on=until, verified_on=checked_on, on=on), stopped,
        checked_on, checked_by, source, check if check is not None and check.confirmed else None,
    )  # fmt: skip


def stand(*, expires_on: dt.date | None, verified_on: dt.date | None, on: dt.date) -> Standing:
    """`reviews.rules.credentials.standing` with the numbers of data/panel.toml."""
    numbers = panel_numbers()
    return standing(
        expires_on=expires_on, verified_on=verified_on, on=on,
        verification_months=numbers.gate.verification_months, expiring_days=numbers.credentials.expiring_days,
    )  # fmt: skip


def _missing(reviewer: Reviewer, lines: Iterable[Line], on: dt.date) -> Iterator[str]:
    """What an inspector would miss in the file, in sentences."""
    kinds = {line.kind for line in lines}
    if Kind.LICENSE not in kinds:
        yield "No licence is on file."
    if Kind.CERTIFICATION not in kinds:
        yield "No certification is on file."
    for line in lines:
        if line.standing in BLOCKING:
            yield f"{line.label}: {'not verified' if line.standing == Standing.UNVERIFIED else line.standing}."
        elif line.check is None or line.check.document is None:
            yield f"{line.label}: the check has no document."
    attested = reviewer.interests_attested_on
    numbers = panel_numbers()
    if attested is None or not months_before(on, numbers.gate.attestation_months) <= attested <= on:
        yield "The yearly attestation of interests is missing."
    evaluations = [one.done_on for one in reviewer.trainings.all() if one.what == TrainingRecord.What.EVALUATION]
    if not any(months_before(on, numbers.credentials.evaluation_months) <= day <= on for day in evaluations):
        yield "The yearly evaluation is missing."
