"""`Reviewer.newest_checks`, kept by the database alone: the gate reads it with the reviewer's own row.

kind -> {"on": day, "outcome": confirmed, failed or changed, "file": whether a roster file said it}.
"""

from __future__ import annotations

import pgtrigger

#: A later check counts, of one day the later written; an older one that is written down late does not.
_FROM_CHECKS = """
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
