"""Migrations 0001 to 0008 in one: docs/adr/0018-squashed-again.md.

A database that has them all takes this one as done (`replaces`); one that has only a part is first brought to 0008.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import common.migrations_by_bulk


class Migration(migrations.Migration):

    replaces = [('accounts', '0001_initial'), ('accounts', '0002_people_and_access_log'), ('accounts', '0003_send_notices'), ('accounts', '0004_rights_of_rules'), ('accounts', '0005_incident_right'), ('accounts', '0006_right_to_decide_waivers'), ('accounts', '0007_right_to_decide_names'), ('accounts', '0008_words_of_manage_rules')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        common.migrations_by_bulk.CreateModels(
            models=[migrations.CreateModel(
                name='Right',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ],
                options={
                    'permissions': [('view_cases', 'Read every case'), ('enter_cases', 'Take in applications'), ('correct_cases', 'Correct typed facts of a case'), ('decide_cases', 'Move cases: eligibility, records, withdrawal'), ('manage_records', 'File and open case records'), ('send_notices', 'Send notices, print them and confirm their mailing'), ('settle_incidents', 'See and settle incidents: pages that lay in the wrong file'), ('view_panel', 'Read the reviewer panel and its credentials'), ('manage_panel', 'Change the reviewer panel'), ('decide_names', 'Decide which names of organizations mean one, and which belong together'), ('assign_reviewers', 'Offer cases to reviewers'), ('decide_waivers', 'Decide, as the second person, on waivers of conflicts'), ('review_cases', 'Review the cases assigned to oneself'), ('check_quality', 'Check submitted reviews and approve determinations'), ('view_letters', 'Open sealed letters and their state'), ('retry_letters', 'Release held letters'), ('manage_wording', 'Load letter wording'), ('search_guidelines', 'Look guidelines up'), ('edit_guidelines', 'Edit the guideline library'), ('publish_guidelines', 'Publish guideline editions'), ('view_history', 'Read the history of every record and the access log'), ('view_health', "See whether the site's parts are working"), ('manage_rules', 'Keep the rules: holidays, and which specialties decide what'), ('manage_people', 'Invite people, set roles, end sessions'), ('approve_resets', 'Second person for a lost factor'), ('break_glass', 'Emergency access to one case, with reason and alert'), ('review_break_glass', 'Judge emergency access afterwards')],
                    'managed': False,
                    'default_permissions': (),
                },
            ), migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                    ('name', models.CharField(blank=True, max_length=200)),
                    ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                    ('is_staff', models.BooleanField(default=False, verbose_name='may enter the admin site')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now)),
                    ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                    ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                    ('session_epoch', models.PositiveIntegerField(default=0, help_text='Part of what every session is sealed with: one more ends all sessions at once.')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_once_in_any_case')],
                },
            ), migrations.CreateModel(
                name='OutgoingMail',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(help_text='Name of the text under templates/accounts/mail.', max_length=60)),
                    ('to', models.EmailField(max_length=254)),
                    ('about', models.JSONField(default=dict)),
                    ('created_at', models.DateTimeField()),
                    ('sent_at', models.DateTimeField(blank=True, null=True)),
                ],
            ), migrations.CreateModel(
                name='BreakGlass',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('case_key', models.CharField(max_length=40)),
                    ('reason', models.TextField()),
                    ('opened_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField()),
                    ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                    ('verdict', models.CharField(blank=True, choices=[('justified', 'Justified'), ('not_justified', 'Not justified')], max_length=20)),
                    ('note', models.TextField(blank=True)),
                    ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='break_glass', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'indexes': [models.Index(fields=['user', 'case_key', 'expires_at'], name='break_glass_in_force')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('reviewed_by', models.F('user')), _negated=True), name='break_glass_reviewed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('reviewed_at', None), ('reviewed_by', None), ('verdict', '')), models.Q(('reviewed_at__isnull', False), ('reviewed_by__isnull', False), models.Q(('verdict', ''), _negated=True)), _connector='OR'), name='break_glass_reviewed_whole'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('opened_at'))), name='break_glass_ends')],
                },
            ), migrations.CreateModel(
                name='FactorReset',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('requested_at', models.DateTimeField()),
                    ('reason', models.TextField(help_text="What happened, and how the person's identity was checked.")),
                    ('decided_at', models.DateTimeField(blank=True, null=True)),
                    ('approved', models.BooleanField(null=True)),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='factor_resets', to=settings.AUTH_USER_MODEL)),
                    ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('requested_by', models.F('person')), _negated=True), name='factor_reset_not_for_oneself'), models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(models.Q(('decided_by', models.F('requested_by')), _negated=True), models.Q(('decided_by', models.F('person')), _negated=True)), _connector='OR'), name='factor_reset_second_person'), models.CheckConstraint(condition=models.Q(models.Q(('approved', None), ('decided_at', None), ('decided_by', None)), models.Q(('approved__isnull', False), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='factor_reset_decided_whole'), models.UniqueConstraint(condition=models.Q(('decided_at', None)), fields=('person',), name='factor_reset_one_open')],
                },
            ), migrations.CreateModel(
                name='Invitation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                    ('name', models.CharField(max_length=200)),
                    ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                    ('reviewer_id', models.CharField(blank=True, help_text='Roster id of the reviewer whom the account will belong to.', max_length=60)),
                    ('nonce', models.CharField(help_text='256 random bits; new with every sending.', max_length=64)),
                    ('token_hash', models.CharField(max_length=64, unique=True)),
                    ('invited_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField()),
                    ('accepted_at', models.DateTimeField(blank=True, null=True)),
                    ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                    ('accepted_by', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invitation', to=settings.AUTH_USER_MODEL)),
                    ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('accepted_at', None), ('withdrawn_at', None)), name='invitation_one_open_for_an_address'), models.CheckConstraint(condition=models.Q(models.Q(('accepted_at', None), ('accepted_by', None)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False)), _connector='OR'), name='invitation_accepted_by_somebody'), models.CheckConstraint(condition=models.Q(('accepted_at', None), ('withdrawn_at', None), _connector='OR'), name='invitation_accepted_or_withdrawn')],
                },
            ), migrations.CreateModel(
                name='AccessLog',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField()),
                    ('actor_name', models.CharField(blank=True, help_text='As it was then; empty for a stranger.', max_length=254)),
                    ('act', models.CharField(choices=[('signed_in', 'Signed in'), ('sign_in_failed', 'Sign-in failed'), ('signed_out', 'Signed out'), ('timed_out', 'Signed out after idling'), ('throttled', 'Stopped after too many tries'), ('refused', 'Refused'), ('viewed', 'Viewed'), ('downloaded', 'Downloaded'), ('printed', 'Printed'), ('exported', 'Exported'), ('password_changed', 'Password changed'), ('password_reset', 'Password reset by mail'), ('email_changed', 'E-mail address changed'), ('factor_added', 'Second factor added'), ('factor_removed', 'Second factor removed'), ('factor_failed', 'Second factor failed'), ('recovery_codes_made', 'Recovery codes made'), ('invited', 'Invited'), ('invitation_sent_again', 'Invitation sent again'), ('invitation_withdrawn', 'Invitation withdrawn'), ('invitation_accepted', 'Invitation accepted'), ('role_changed', 'Roles changed'), ('deactivated', 'Account closed'), ('reactivated', 'Account opened again'), ('sessions_ended', 'Sessions ended'), ('reset_requested', 'Factor reset requested'), ('reset_approved', 'Factor reset approved'), ('reset_declined', 'Factor reset declined'), ('break_glass_opened', 'Emergency access opened'), ('break_glass_reviewed', 'Emergency access reviewed')], max_length=40)),
                    ('target', models.CharField(blank=True, help_text='What it was about, for people. No health facts.', max_length=200)),
                    ('target_key', models.CharField(blank=True, help_text='Case number, or user:<id>.', max_length=120)),
                    ('detail', models.CharField(blank=True, max_length=500)),
                    ('ip', models.GenericIPAddressField(blank=True, null=True)),
                    ('user_agent', models.CharField(blank=True, max_length=255)),
                    ('path', models.CharField(blank=True, max_length=300)),
                    ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'indexes': [models.Index(fields=['-at', '-id'], name='access_log_newest'), models.Index(fields=['act', '-at'], name='access_log_act'), models.Index(fields=['user', '-at'], name='access_log_person'), models.Index(fields=['target_key', '-at'], name='access_log_target')],
                },
            )],
        ),
        common.migrations_by_bulk.AddTriggers(
            triggers=[('breakglass', pgtrigger.compiler.Trigger(name='break_glass_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='9d0c1460f2f64107dd6558b3973c664314b397c2', operation='DELETE', pgid='pgtrigger_break_glass_is_kept_3d3aa', table='accounts_breakglass', when='BEFORE'))), ('breakglass', pgtrigger.compiler.Trigger(name='break_glass_facts_stand', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."case_key" IS DISTINCT FROM (NEW."case_key") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='3ad71ed9bf2bcb2ea4a87f938291de64a9ebbf05', operation='UPDATE', pgid='pgtrigger_break_glass_facts_stand_15ed9', table='accounts_breakglass', when='BEFORE'))), ('accesslog', pgtrigger.compiler.Trigger(name='access_log_only_grows', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8cd2eaccddef6b028bc6eb68a92e92d6795c9d37', operation='UPDATE OR DELETE', pgid='pgtrigger_access_log_only_grows_328c3', table='accounts_accesslog', when='BEFORE')))],
        ),
    ]
