"""Migrations 0001 to 0004 in one: docs/adr/0018-squashed-again.md.

A database that has them all takes this one as done (`replaces`); one that has only a part is first brought to 0004.
"""

import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models

import common.migrations_by_bulk


class Migration(migrations.Migration):

    replaces = [('letters', '0001_initial'), ('letters', '0002_wording_and_letters'), ('letters', '0003_seal_certificate'), ('letters', '0004_notice_layouts')]

    initial = True

    dependencies = [
        ('common', '0001_initial'),
    ]

    operations = [
        common.migrations_by_bulk.CreateModels(
            models=[migrations.CreateModel(
                name='FrozenDocument',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(help_text='"determination"', max_length=40)),
                    ('text', models.TextField(help_text='Canonical JSON.')),
                    ('sha256', models.CharField(db_index=True, max_length=64)),
                    ('frozen_at', models.DateTimeField()),
                ],
            ), migrations.CreateModel(
                name='Wording',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('layout', models.CharField(max_length=40)),
                    ('language', models.CharField(max_length=20)),
                    ('effective_from', models.DateField()),
                    ('effective_to', models.DateField(blank=True, help_text='Last day; empty: still in force.', null=True)),
                    ('organization', models.CharField(blank=True, help_text="Empty: the site's own wording.", max_length=200)),
                    ('blocks', models.JSONField(help_text='Key -> text, see letters.rules.wording_keys.')),
                    ('sha256', models.CharField(help_text='Of the canonical JSON of layout, language, dates and blocks.', max_length=64)),
                    ('imported_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['layout', 'language', 'effective_from'], name='wording_by_layout')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('effective_to', None), ('effective_to__gte', models.F('effective_from')), _connector='OR'), name='wording_range_in_order')],
                },
            ), migrations.CreateModel(
                name='Letter',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(help_text='The case number.', max_length=60)),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('kind', models.CharField(default='determination', max_length=40)),
                    ('ordered_at', models.DateTimeField()),
                    ('sealed_at', models.DateTimeField(blank=True, null=True)),
                    ('pdf_sha256', models.CharField(blank=True, max_length=64)),
                    ('verification', models.JSONField(blank=True, help_text='What was found before release.', null=True)),
                    ('libraries', models.JSONField(blank=True, help_text='Versions that made it.', null=True)),
                    ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='common.storedfile')),
                    ('frozen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='letters.frozendocument')),
                    ('supersedes', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='letters.letter')),
                    ('wording', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='letters.wording')),
                ],
                options={
                    'indexes': [models.Index(fields=['-ordered_at', '-id'], name='letter_newest_first')],
                    'constraints': [models.UniqueConstraint(fields=('key', 'version'), name='letter_version_once'), models.CheckConstraint(condition=models.Q(models.Q(('file', None), ('pdf_sha256', ''), ('sealed_at', None)), models.Q(('file__isnull', False), ('sealed_at__isnull', False), models.Q(('pdf_sha256', ''), _negated=True)), _connector='OR'), name='letter_sealed_with_its_file')],
                },
            ), migrations.CreateModel(
                name='SealCertificate',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('sha256', models.CharField(help_text="Of the certificate's DER bytes.", max_length=64, unique=True)),
                    ('pem', models.TextField()),
                    ('subject', models.CharField(max_length=400)),
                    ('not_after', models.DateTimeField()),
                    ('first_used_at', models.DateTimeField()),
                ],
            )],
        ),
        common.migrations_by_bulk.AddTriggers(
            triggers=[('frozendocument', pgtrigger.compiler.Trigger(name='frozen_document_never_changes', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='518d483ed138b1b81f3bc493e636e407f9bdc6d9', operation='UPDATE OR DELETE', pgid='pgtrigger_frozen_document_never_changes_7e9ed', table='letters_frozendocument', when='BEFORE'))), ('wording', pgtrigger.compiler.Trigger(name='wording_never_changes', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0826d30d8b66869a5c406f97d3ccd2f31300d7a4', operation='UPDATE OR DELETE', pgid='pgtrigger_wording_never_changes_0d8b0', table='letters_wording', when='BEFORE'))), ('letter', pgtrigger.compiler.Trigger(name='letter_content_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."frozen_id" IS DISTINCT FROM (NEW."frozen_id") OR OLD."wording_id" IS DISTINCT FROM (NEW."wording_id") OR OLD."supersedes_id" IS DISTINCT FROM (NEW."supersedes_id") OR OLD."ordered_at" IS DISTINCT FROM (NEW."ordered_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='12295950f79e252221c72aad6f6a2876db24786e', operation='UPDATE', pgid='pgtrigger_letter_content_fixed_cb5ac', table='letters_letter', when='BEFORE'))), ('letter', pgtrigger.compiler.Trigger(name='letter_sealed_for_ever', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."sealed_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='b4b74b9d57a5c6fe221afc51730d7b7253a65744', operation='UPDATE', pgid='pgtrigger_letter_sealed_for_ever_8e00e', table='letters_letter', when='BEFORE'))), ('letter', pgtrigger.compiler.Trigger(name='letter_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='8bacb5e442b8d1f422bee41c32b0fdcdf83df7f7', operation='DELETE', pgid='pgtrigger_letter_never_deleted_0813e', table='letters_letter', when='BEFORE'))), ('sealcertificate', pgtrigger.compiler.Trigger(name='seal_certificate_never_changes', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e2c3d3a492a75357107382b728aa087deff32c3e', operation='UPDATE OR DELETE', pgid='pgtrigger_seal_certificate_never_changes_c1063', table='letters_sealcertificate', when='BEFORE')))],
        ),
    ]
