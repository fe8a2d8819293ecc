"""What checks leave on the roster, kept by the database alone: the newest one counts, whichever was written last.

`Reviewer.newest_checks`, which the gate reads with the reviewer's own row:
kind -> {"on": day, "outcome": confirmed, failed or changed, "file": whether a roster file said it}.
A licence or certification has its newest look in `verified_on`, `verified_by` and `source`; a roster file is one.
"""

from __future__ import annotations

import pgtrigger

#: As `credential_file.about_of` names a row in its checks.
_ABOUT = {
    "license": "left({row}.state || ' ' || {row}.number, 200)",
    "certification": "left({row}.specialty || CASE {row}.subspecialty WHEN '' THEN '' "
    "ELSE ' / ' || {row}.subspecialty END, 200)",
}

#: A later check counts, of one day the later written; an older one that is written down late does not.
#: What the source said of the practice goes first: a changed practice ends the check that stood.
_FROM_CHECKS = """
    UPDATE reviews_reviewer AS r SET
        practice_since = COALESCE((c.said ->> 'practice_since')::date, r.practice_since),
        practice_hours_per_week = COALESCE((c.said ->> 'practice_hours_per_week')::int, r.practice_hours_per_week)
    FROM (
        SELECT DISTINCT ON (reviewer_id) * FROM new_checks WHERE kind = 'practice'
        ORDER BY reviewer_id, checked_on DESC, id DESC
    ) AS c
    WHERE r.id = c.reviewer_id AND c.confirmed AND c.said <> '{}'
      AND COALESCE(r.newest_checks -> 'practice' ->> 'on', '') <= to_char(c.checked_on, 'YYYY-MM-DD');
    UPDATE reviews_reviewer AS r SET newest_checks = r.newest_checks || found.newest
    FROM (
        SELECT reviewer_id, jsonb_object_agg(kind, jsonb_build_object(
            'on', checked_on, 'outcome', CASE WHEN confirmed THEN 'confirmed' ELSE 'failed' END, 'file', from_file
        )) AS newest
        FROM (
            SELECT DISTINCT ON (c.reviewer_id, c.kind) c.*
            FROM new_checks c JOIN reviews_reviewer o ON o.id = c.reviewer_id
            WHERE c.kind IN ('practice', 'training', 'sanctions')
              AND COALESCE(o.newest_checks -> c.kind ->> 'on', '') <= to_char(c.checked_on, 'YYYY-MM-DD')
            ORDER BY c.reviewer_id, c.kind, c.checked_on DESC, c.id DESC
        ) AS latest
        GROUP BY reviewer_id
    ) AS found
    WHERE r.id = found.reviewer_id;
    RETURN NULL;
"""


def _onto(kind: str, facts: str) -> str:
    """Of a licence or certification: what the source said, and how it is verified by that. A day to come is no look."""
    return f"""
    UPDATE reviews_{kind} AS one SET {facts}
        verified_on = CASE WHEN c.confirmed THEN c.checked_on END, verified_by = c.checked_by_name, source = c.source
    FROM new_checks c
    WHERE c.kind = '{kind}' AND one.reviewer_id = c.reviewer_id AND c.about = {_ABOUT[kind].format(row="one")}
      AND (one.verified_on IS NULL OR one.verified_on <= c.checked_on
        OR one.verified_on > (c.recorded_at AT TIME ZONE 'America/Los_Angeles')::date)
      AND NOT EXISTS (
        SELECT FROM reviews_credentialcheck o
        WHERE (o.reviewer_id, o.kind, o.about) = (c.reviewer_id, c.kind, c.about)
          AND (o.checked_on, o.id) > (c.checked_on, c.id)
      );
    """  # noqa: S608 - constants of this file


_END = """expires_on = CASE WHEN c.said -> 'expires_on' IS NULL THEN one.expires_on
            ELSE (c.said ->> 'expires_on')::date END,"""
_ONTO_ROSTER = (
    _onto("license", f"status = COALESCE(c.said ->> 'status', one.status), {_END}")
    + _onto("certification", _END)
    + "RETURN NULL;"
)


def _never_older(kind: str) -> str:
    """Whoever else writes the row does not bring back what stood before its newest check; a later look may."""
    return f"""
    IF pg_trigger_depth() < 2 THEN
        SELECT * INTO newest FROM reviews_credentialcheck c
        WHERE c.reviewer_id = NEW.reviewer_id AND c.kind = '{kind}' AND c.about = {_ABOUT[kind].format(row="NEW")}
        ORDER BY c.checked_on DESC, c.id DESC LIMIT 1;
        IF FOUND AND (NEW.verified_on IS NULL OR NEW.verified_on < newest.checked_on) THEN
            NEW.verified_on := CASE WHEN newest.confirmed THEN newest.checked_on END;
            NEW.verified_by := newest.checked_by_name;
            NEW.source := newest.source;
        END IF;
    END IF;
    RETURN NEW;
    """  # noqa: S608 - constants of this file


#: Staff who put the training that stands on the roster on file have seen that it was done.
_FROM_TRAINING = """
    UPDATE reviews_reviewer AS r SET newest_checks = r.newest_checks || jsonb_build_object('training',
        jsonb_build_object('on', recorded.day, 'outcome', 'confirmed', 'file', FALSE))
    FROM (SELECT to_char(NEW.recorded_at AT TIME ZONE 'America/Los_Angeles', 'YYYY-MM-DD') AS day) AS recorded
    WHERE NEW.what = 'law' AND r.id = NEW.reviewer_id AND r.law_training_completed_on = NEW.done_on
      AND COALESCE(r.newest_checks -> 'training' ->> 'on', '') <= recorded.day;
    RETURN NULL;
"""

#: Nobody writes the newest checks by hand (the triggers above come one level deeper), and a fact that is changed
#: after its check is not checked any more.
_GUARD = """
    IF TG_OP = 'INSERT' THEN
        NEW.newest_checks := '{}';
        RETURN NEW;
    END IF;
    IF pg_trigger_depth() < 2 THEN
        NEW.newest_checks := OLD.newest_checks;
    END IF;
    IF (NEW.practice_since, NEW.practice_hours_per_week)
                IS DISTINCT FROM (OLD.practice_since, OLD.practice_hours_per_week)
            AND NEW.newest_checks -> 'practice' IS NOT NULL THEN
        NEW.newest_checks := jsonb_set(NEW.newest_checks, '{practice,outcome}', '"changed"');
    END IF;
    IF NEW.law_training_completed_on IS DISTINCT FROM OLD.law_training_completed_on
            AND NEW.newest_checks -> 'training' IS NOT NULL THEN
        NEW.newest_checks := jsonb_set(NEW.newest_checks, '{training,outcome}', '"changed"');
    END IF;
    RETURN NEW;
"""

KEPT_FROM_CHECKS = pgtrigger.Trigger(
    name="newest_checks_from_check",
    level=pgtrigger.Statement,
    operation=pgtrigger.Insert,
    when=pgtrigger.After,
    referencing=pgtrigger.Referencing(new="new_checks"),  # type: ignore[no-untyped-call]
    func=_FROM_CHECKS,
)
KEPT_FROM_TRAINING = pgtrigger.Trigger(
    name="newest_checks_from_training", operation=pgtrigger.Insert, when=pgtrigger.After, func=_FROM_TRAINING
)
KEPT_FROM_CHANGES = pgtrigger.Trigger(
    name="newest_checks_are_kept",
    operation=pgtrigger.Insert
    | pgtrigger.UpdateOf(  # type: ignore[no-untyped-call]
        "practice_since", "practice_hours_per_week", "law_training_completed_on", "newest_checks"
    ),
    when=pgtrigger.Before,
    func=_GUARD,
)
ONTO_ROSTER = pgtrigger.Trigger(
    name="roster_row_from_check",
    level=pgtrigger.Statement,
    operation=pgtrigger.Insert,
    when=pgtrigger.After,
    referencing=pgtrigger.Referencing(new="new_checks"),  # type: ignore[no-untyped-call]
    func=_ONTO_ROSTER,
)


def never_older(kind: str) -> pgtrigger.Trigger:
    """For the model of a licence or certification."""
    return pgtrigger.Trigger(
        name="newest_check_stands",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        declare=[("newest", "reviews_credentialcheck%ROWTYPE")],
        func=_never_older(kind),
    )
