import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# What is on file already: the newest check of each kind, else the training in the law that staff put on file.
OF_CHECKS = """
    UPDATE reviews_reviewer AS r SET newest_checks = found.newest
    FROM (
        SELECT reviewer_id, jsonb_object_agg(kind, jsonb_build_object(
            'on', day, 'outcome', CASE WHEN confirmed THEN 'confirmed' ELSE 'failed' END, 'file', FALSE
        )) AS newest
        FROM (
            SELECT DISTINCT ON (reviewer_id, kind) * FROM (
                SELECT reviewer_id, kind, checked_on AS day, confirmed, recorded_at FROM reviews_credentialcheck
                WHERE kind IN ('practice', 'training', 'sanctions')
                UNION ALL
                SELECT t.reviewer_id, 'training', (t.recorded_at AT TIME ZONE 'America/Los_Angeles')::date, TRUE,
                       t.recorded_at
                FROM reviews_trainingrecord t JOIN reviews_reviewer o ON o.id = t.reviewer_id
                WHERE t.what = 'law' AND t.done_on = o.law_training_completed_on
            ) AS looks
            ORDER BY reviewer_id, kind, day DESC, recorded_at DESC
        ) AS latest
        GROUP BY reviewer_id
    ) AS found
    WHERE r.id = found.reviewer_id
"""

# The rest came with a roster file: it spoke on the day of its newest check of a licence or certification.
OF_FILES = """
    INSERT INTO reviews_credentialcheck (
        reviewer_id, kind, about, confirmed, checked_on, source, checked_by_name, note, recorded_at, document_name,
        from_file
    )
    SELECT r.id, k.kind, '', TRUE, said.verified_on, 'Roster file', said.verified_by, '', now(), '', TRUE
    FROM reviews_reviewer r
    JOIN (
        SELECT DISTINCT ON (reviewer_id) * FROM (
            SELECT reviewer_id, verified_on, verified_by, 'license' AS of FROM reviews_license
            UNION ALL
            SELECT reviewer_id, verified_on, verified_by, 'certification' FROM reviews_certification
        ) AS credentials
        WHERE verified_on <= CURRENT_DATE AND NOT EXISTS (
            SELECT FROM reviews_credentialcheck c WHERE c.reviewer_id = credentials.reviewer_id
            AND c.kind = credentials.of AND c.checked_on = credentials.verified_on
        )
        ORDER BY reviewer_id, verified_on DESC
    ) AS said ON said.reviewer_id = r.id
    CROSS JOIN (VALUES ('practice'), ('training'), ('sanctions')) AS k (kind)
    WHERE r.newest_checks -> k.kind IS NULL
      AND (k.kind <> 'training' OR r.law_training_completed_on IS NOT NULL)
"""

NO_FILES = """
    ALTER TABLE reviews_credentialcheck DISABLE TRIGGER USER;
    DELETE FROM reviews_credentialcheck WHERE from_file;
    ALTER TABLE reviews_credentialcheck ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('common', '0001_initial'),
        ('reviews', '0009_people'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='reviewer',
            name='update_update',
        ),
        migrations.RemoveConstraint(
            model_name='credentialcheck',
            name='confirmed_check_has_its_paper',
        ),
        migrations.AddField(
            model_name='credentialcheck',
            name='from_file',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='reviewer',
            name='newest_checks',
            field=models.JSONField(default=dict, editable=False, help_text='Kept by triggers on the checks.'),
        ),
        migrations.AlterField(
            model_name='credentialcheck',
            name='checked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='credentialcheck',
            name='checked_by_name',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.RunSQL(OF_CHECKS, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name='credentialcheck',
            trigger=pgtrigger.compiler.Trigger(name='newest_checks_from_check', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    UPDATE reviews_reviewer AS r SET newest_checks = r.newest_checks || found.newest\n    FROM (\n        SELECT reviewer_id, jsonb_object_agg(kind, jsonb_build_object(\n            'on', checked_on, 'outcome', CASE WHEN confirmed THEN 'confirmed' ELSE 'failed' END, 'file', from_file\n        )) AS newest\n        FROM (\n            SELECT DISTINCT ON (c.reviewer_id, c.kind) c.*\n            FROM new_checks c JOIN reviews_reviewer o ON o.id = c.reviewer_id\n            WHERE c.kind IN ('practice', 'training', 'sanctions')\n              AND COALESCE(o.newest_checks -> c.kind ->> 'on', '') <= to_char(c.checked_on, 'YYYY-MM-DD')\n            ORDER BY c.reviewer_id, c.kind, c.checked_on DESC, c.id DESC\n        ) AS latest\n        GROUP BY reviewer_id\n    ) AS found\n    WHERE r.id = found.reviewer_id;\n    RETURN NULL;\n", hash='7fc9b84664f9d5db969f45328bc82c1444c3f06e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_newest_checks_from_check_472cd', referencing='REFERENCING NEW TABLE AS new_checks ', table='reviews_credentialcheck', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reviewer',
            trigger=pgtrigger.compiler.Trigger(name='newest_checks_are_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'INSERT\' THEN\n        NEW.newest_checks := \'{}\';\n        RETURN NEW;\n    END IF;\n    IF pg_trigger_depth() < 2 THEN\n        NEW.newest_checks := OLD.newest_checks;\n    END IF;\n    IF (NEW.practice_since, NEW.practice_hours_per_week)\n                IS DISTINCT FROM (OLD.practice_since, OLD.practice_hours_per_week)\n            AND NEW.newest_checks -> \'practice\' IS NOT NULL THEN\n        NEW.newest_checks := jsonb_set(NEW.newest_checks, \'{practice,outcome}\', \'"changed"\');\n    END IF;\n    IF NEW.law_training_completed_on IS DISTINCT FROM OLD.law_training_completed_on\n            AND NEW.newest_checks -> \'training\' IS NOT NULL THEN\n        NEW.newest_checks := jsonb_set(NEW.newest_checks, \'{training,outcome}\', \'"changed"\');\n    END IF;\n    RETURN NEW;\n', hash='fe36a2a7c3485f3d1254362f243ed9cacbd9b4c4', operation='INSERT OR UPDATE OF "practice_since", "practice_hours_per_week", "law_training_completed_on", "newest_checks"', pgid='pgtrigger_newest_checks_are_kept_796d1', table='reviews_reviewer', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reviewer',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."active" IS DISTINCT FROM (NEW."active") OR OLD."capacity_open_cases" IS DISTINCT FROM (NEW."capacity_open_cases") OR OLD."capacity_per_week" IS DISTINCT FROM (NEW."capacity_per_week") OR OLD."degree" IS DISTINCT FROM (NEW."degree") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."expertise" IS DISTINCT FROM (NEW."expertise") OR OLD."first_name" IS DISTINCT FROM (NEW."first_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."interests_attested_on" IS DISTINCT FROM (NEW."interests_attested_on") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."last_name" IS DISTINCT FROM (NEW."last_name") OR OLD."law_training_completed_on" IS DISTINCT FROM (NEW."law_training_completed_on") OR OLD."leaving_on" IS DISTINCT FROM (NEW."leaving_on") OR OLD."npi" IS DISTINCT FROM (NEW."npi") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."practice_hours_per_week" IS DISTINCT FROM (NEW."practice_hours_per_week") OR OLD."practice_since" IS DISTINCT FROM (NEW."practice_since") OR OLD."reviewer_id" IS DISTINCT FROM (NEW."reviewer_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func='INSERT INTO "reviews_reviewerhistory" ("active", "capacity_open_cases", "capacity_per_week", "degree", "email", "expertise", "first_name", "id", "interests_attested_on", "key", "last_name", "law_training_completed_on", "leaving_on", "npi", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "practice_hours_per_week", "practice_since", "reviewer_id", "user_id") VALUES (NEW."active", NEW."capacity_open_cases", NEW."capacity_per_week", NEW."degree", NEW."email", NEW."expertise", NEW."first_name", NEW."id", NEW."interests_attested_on", NEW."key", NEW."last_name", NEW."law_training_completed_on", NEW."leaving_on", NEW."npi", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."practice_hours_per_week", NEW."practice_since", NEW."reviewer_id", NEW."user_id"); RETURN NULL;', hash='bc39af099f5740abb94276204b33ed5367079f10', operation='UPDATE', pgid='pgtrigger_update_update_1bf93', table='reviews_reviewer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trainingrecord',
            trigger=pgtrigger.compiler.Trigger(name='newest_checks_from_training', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    UPDATE reviews_reviewer AS r SET newest_checks = r.newest_checks || jsonb_build_object('training',\n        jsonb_build_object('on', recorded.day, 'outcome', 'confirmed', 'file', FALSE))\n    FROM (SELECT to_char(NEW.recorded_at AT TIME ZONE 'America/Los_Angeles', 'YYYY-MM-DD') AS day) AS recorded\n    WHERE NEW.what = 'law' AND r.id = NEW.reviewer_id AND r.law_training_completed_on = NEW.done_on\n      AND COALESCE(r.newest_checks -> 'training' ->> 'on', '') <= recorded.day;\n    RETURN NULL;\n", hash='551afee18b228b34f241543e66aab06484685653', operation='INSERT', pgid='pgtrigger_newest_checks_from_training_6f481', table='reviews_trainingrecord', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='credentialcheck',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed', False), ('document__isnull', False), ('from_file', True), _connector='OR'), name='confirmed_check_has_its_paper'),
        ),
        migrations.AddConstraint(
            model_name='credentialcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_by__isnull', False), ('from_file', False)), models.Q(('checked_by', None), ('confirmed', True), ('from_file', True), ('kind__in', ['practice', 'training', 'sanctions'])), _connector='OR'), name='check_is_by_somebody_or_a_file'),
        ),
        migrations.RunSQL(OF_FILES, NO_FILES),
    ]
