import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# What an older check, written down late, left on the roster: the newest check says again who verified it and when.
AS_THE_NEWEST_SAYS = """
    UPDATE reviews_license SET source = source;
    UPDATE reviews_certification SET source = source;
"""

# What staff decided to be one person is another spelling of that person's name.
SPELLINGS_DECIDED = """
    INSERT INTO reviews_personalias (reviewer_id, subject, name, key, pair_id)
    SELECT reviewer_id, subject, party_name, party_key, id FROM reviews_personpair
    WHERE decision = 'same' AND party_key <> '' ORDER BY id
    ON CONFLICT (reviewer_id, subject, key) DO NOTHING;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('reviews', '0001_squashed_0011'),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('name', models.CharField(max_length=300)),
                ('key', models.CharField(help_text='The name folded for comparing.', max_length=200)),
            ],
            options={
                'ordering': ['subject', 'name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PersonAliasHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('name', models.CharField(max_length=300)),
                ('key', models.CharField(help_text='The name folded for comparing.', max_length=200)),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='credentialcheck',
            name='newest_checks_from_check',
        ),
        migrations.AddField(
            model_name='credentialcheck',
            name='said',
            field=models.JSONField(default=dict, help_text='Field of the roster -> what the source says; on the roster while no newer check is.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='certification',
            trigger=pgtrigger.compiler.Trigger(name='newest_check_stands', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE newest reviews_credentialcheck%ROWTYPE;', func="\n    IF pg_trigger_depth() < 2 THEN\n        SELECT * INTO newest FROM reviews_credentialcheck c\n        WHERE c.reviewer_id = NEW.reviewer_id AND c.kind = 'certification' AND c.about = left(NEW.specialty || CASE NEW.subspecialty WHEN '' THEN '' ELSE ' / ' || NEW.subspecialty END, 200)\n        ORDER BY c.checked_on DESC, c.id DESC LIMIT 1;\n        IF FOUND AND (NEW.verified_on IS NULL OR NEW.verified_on < newest.checked_on) THEN\n            NEW.verified_on := CASE WHEN newest.confirmed THEN newest.checked_on END;\n            NEW.verified_by := newest.checked_by_name;\n            NEW.source := newest.source;\n        END IF;\n    END IF;\n    RETURN NEW;\n    ", hash='739fec3b3d38a5c5afb4e5c183abb67497f209e9', operation='INSERT OR UPDATE', pgid='pgtrigger_newest_check_stands_33c15', table='reviews_certification', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='credentialcheck',
            trigger=pgtrigger.compiler.Trigger(name='newest_checks_from_check', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    UPDATE reviews_reviewer AS r SET\n        practice_since = COALESCE((c.said ->> 'practice_since')::date, r.practice_since),\n        practice_hours_per_week = COALESCE((c.said ->> 'practice_hours_per_week')::int, r.practice_hours_per_week)\n    FROM (\n        SELECT DISTINCT ON (reviewer_id) * FROM new_checks WHERE kind = 'practice'\n        ORDER BY reviewer_id, checked_on DESC, id DESC\n    ) AS c\n    WHERE r.id = c.reviewer_id AND c.confirmed AND c.said <> '{}'\n      AND COALESCE(r.newest_checks -> 'practice' ->> 'on', '') <= to_char(c.checked_on, 'YYYY-MM-DD');\n    UPDATE reviews_reviewer AS r SET newest_checks = r.newest_checks || found.newest\n    FROM (\n        SELECT reviewer_id, jsonb_object_agg(kind, jsonb_build_object(\n            'on', checked_on, 'outcome', CASE WHEN confirmed THEN 'confirmed' ELSE 'failed' END, 'file', from_file\n        )) AS newest\n        FROM (\n            SELECT DISTINCT ON (c.reviewer_id, c.kind) c.*\n            FROM new_checks c JOIN reviews_reviewer o ON o.id = c.reviewer_id\n            WHERE c.kind IN ('practice', 'training', 'sanctions')\n              AND COALESCE(o.newest_checks -> c.kind ->> 'on', '') <= to_char(c.checked_on, 'YYYY-MM-DD')\n            ORDER BY c.reviewer_id, c.kind, c.checked_on DESC, c.id DESC\n        ) AS latest\n        GROUP BY reviewer_id\n    ) AS found\n    WHERE r.id = found.reviewer_id;\n    RETURN NULL;\n", hash='f6badf5b0ebcd3623f52b1b47ea7fa60db4f4925', level='STATEMENT', operation='INSERT', pgid='pgtrigger_newest_checks_from_check_472cd', referencing='REFERENCING NEW TABLE AS new_checks ', table='reviews_credentialcheck', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='credentialcheck',
            trigger=pgtrigger.compiler.Trigger(name='roster_row_from_check', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    UPDATE reviews_license AS one SET status = COALESCE(c.said ->> 'status', one.status), expires_on = CASE WHEN c.said -> 'expires_on' IS NULL THEN one.expires_on\n            ELSE (c.said ->> 'expires_on')::date END,\n        verified_on = CASE WHEN c.confirmed THEN c.checked_on END, verified_by = c.checked_by_name, source = c.source\n    FROM new_checks c\n    WHERE c.kind = 'license' AND one.reviewer_id = c.reviewer_id AND c.about = left(one.state || ' ' || one.number, 200)\n      AND (one.verified_on IS NULL OR one.verified_on <= c.checked_on\n        OR one.verified_on > (c.recorded_at AT TIME ZONE 'America/Los_Angeles')::date)\n      AND NOT EXISTS (\n        SELECT FROM reviews_credentialcheck o\n        WHERE (o.reviewer_id, o.kind, o.about) = (c.reviewer_id, c.kind, c.about)\n          AND (o.checked_on, o.id) > (c.checked_on, c.id)\n      );\n    \n    UPDATE reviews_certification AS one SET expires_on = CASE WHEN c.said -> 'expires_on' IS NULL THEN one.expires_on\n            ELSE (c.said ->> 'expires_on')::date END,\n        verified_on = CASE WHEN c.confirmed THEN c.checked_on END, verified_by = c.checked_by_name, source = c.source\n    FROM new_checks c\n    WHERE c.kind = 'certification' AND one.reviewer_id = c.reviewer_id AND c.about = left(one.specialty || CASE one.subspecialty WHEN '' THEN '' ELSE ' / ' || one.subspecialty END, 200)\n      AND (one.verified_on IS NULL OR one.verified_on <= c.checked_on\n        OR one.verified_on > (c.recorded_at AT TIME ZONE 'America/Los_Angeles')::date)\n      AND NOT EXISTS (\n        SELECT FROM reviews_credentialcheck o\n        WHERE (o.reviewer_id, o.kind, o.about) = (c.reviewer_id, c.kind, c.about)\n          AND (o.checked_on, o.id) > (c.checked_on, c.id)\n      );\n    RETURN NULL;", hash='66f120013b78e96d4aae4743b6f5349ae5dbc263', level='STATEMENT', operation='INSERT', pgid='pgtrigger_roster_row_from_check_47d50', referencing='REFERENCING NEW TABLE AS new_checks ', table='reviews_credentialcheck', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='license',
            trigger=pgtrigger.compiler.Trigger(name='newest_check_stands', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE newest reviews_credentialcheck%ROWTYPE;', func="\n    IF pg_trigger_depth() < 2 THEN\n        SELECT * INTO newest FROM reviews_credentialcheck c\n        WHERE c.reviewer_id = NEW.reviewer_id AND c.kind = 'license' AND c.about = left(NEW.state || ' ' || NEW.number, 200)\n        ORDER BY c.checked_on DESC, c.id DESC LIMIT 1;\n        IF FOUND AND (NEW.verified_on IS NULL OR NEW.verified_on < newest.checked_on) THEN\n            NEW.verified_on := CASE WHEN newest.confirmed THEN newest.checked_on END;\n            NEW.verified_by := newest.checked_by_name;\n            NEW.source := newest.source;\n        END IF;\n    END IF;\n    RETURN NEW;\n    ", hash='874d33402f4f7b6b53cfff69a23dc34838c441e1', operation='INSERT OR UPDATE', pgid='pgtrigger_newest_check_stands_109ef', table='reviews_license', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='personalias',
            name='pair',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.personpair'),
        ),
        migrations.AddField(
            model_name='personalias',
            name='reviewer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='other_names', to='reviews.reviewer'),
        ),
        migrations.AddField(
            model_name='personaliashistory',
            name='pair',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='reviews.personpair'),
        ),
        migrations.AddField(
            model_name='personaliashistory',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='personaliashistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='reviews.personalias'),
        ),
        migrations.AddField(
            model_name='personaliashistory',
            name='reviewer',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='reviews.reviewer'),
        ),
        migrations.AddConstraint(
            model_name='personalias',
            constraint=models.UniqueConstraint(fields=('reviewer', 'subject', 'key'), name='person_alias_once'),
        ),
        migrations.AddConstraint(
            model_name='personalias',
            constraint=models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='person_alias_is_a_name'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personalias',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "reviews_personaliashistory" ("id", "key", "name", "pair_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reviewer_id", "subject") VALUES (NEW."id", NEW."key", NEW."name", NEW."pair_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reviewer_id", NEW."subject"); RETURN NULL;', hash='062c99f902c74bfa0d8cc4dfeef13f4914b5bd92', operation='INSERT', pgid='pgtrigger_insert_insert_6fe03', table='reviews_personalias', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personalias',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "reviews_personaliashistory" ("id", "key", "name", "pair_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reviewer_id", "subject") VALUES (NEW."id", NEW."key", NEW."name", NEW."pair_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reviewer_id", NEW."subject"); RETURN NULL;', hash='182b17e232caca791749c5fe662346c64e9e5a75', operation='UPDATE', pgid='pgtrigger_update_update_e15dd', table='reviews_personalias', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personalias',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "reviews_personaliashistory" ("id", "key", "name", "pair_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reviewer_id", "subject") VALUES (OLD."id", OLD."key", OLD."name", OLD."pair_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reviewer_id", OLD."subject"); RETURN NULL;', hash='0d17985b71f5146fe9d35ee6210c9bb2ac59e741', operation='DELETE', pgid='pgtrigger_delete_delete_ef8cb', table='reviews_personalias', when='AFTER')),
        ),
        migrations.RunSQL(AS_THE_NEWEST_SAYS, migrations.RunSQL.noop),
        migrations.RunSQL(SPELLINGS_DECIDED, migrations.RunSQL.noop),
    ]
