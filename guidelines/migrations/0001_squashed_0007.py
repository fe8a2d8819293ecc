"""Migrations 0001 to 0007 in one: docs/adr/0018-squashed-again.md.

A database that has them all takes this one as done (`replaces`); one that has only a part is first brought to 0007.
"""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.contrib.postgres.search
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import common.migrations_by_bulk
import guidelines.models.checks
import guidelines.models.publication


class Migration(migrations.Migration):

    replaces = [('guidelines', '0001_initial'), ('guidelines', '0002_library_fields'), ('guidelines', '0003_drafts_and_publishing'), ('guidelines', '0004_change_sets_and_desk'), ('guidelines', '0005_citation_use'), ('guidelines', '0006_section_pins'), ('guidelines', '0007_library_guards')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('common', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(
        ),
        django.contrib.postgres.operations.TrigramExtension(
        ),
        common.migrations_by_bulk.CreateModels(
            models=[migrations.CreateModel(
                name='Edition',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('year', models.PositiveSmallIntegerField(help_text='The year by which it is cited.')),
                    ('effective_from', models.DateField(blank=True, null=True)),
                    ('effective_to', models.DateField(blank=True, help_text='Last day in force; empty: still in force.', null=True)),
                    ('pages', models.PositiveIntegerField(blank=True, null=True, verbose_name='page count')),
                    ('source', models.CharField(blank=True, help_text='Order or regulation that adopted it.', max_length=500)),
                    ('dates_confirmed', models.BooleanField(default=False, help_text='The effective dates were read in the primary text.')),
                    ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='guidelines.publication')),
                    ('authors', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, help_text='Everybody who wrote in the draft.', size=None)),
                    ('based_on', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='guidelines.edition')),
                    ('corrects', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='guidelines.edition')),
                    ('note', models.TextField(blank=True, max_length=2000, verbose_name='what is changed, and why')),
                    ('published_at', models.DateTimeField(editable=False, null=True)),
                    ('published_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('applied', 'Applied correction'), ('withdrawn', 'Withdrawn draft')], default='published', editable=False, max_length=10)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                ],
                options={
                    'ordering': ['publication__name', '-year'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('effective_to__gte', models.F('effective_from'))), name='edition_begins_before_it_ends', violation_error_message='The last day in force lies before the first.'), models.CheckConstraint(condition=models.Q(('year__gte', 1900), ('year__lte', 2100)), name='edition_year_is_a_year', violation_error_message='The year lies between 1900 and 2100.'), models.CheckConstraint(condition=models.Q(('pages__gte', 1)), name='edition_has_pages', violation_error_message='The page count is 1 or more; leave it empty when it is not known.'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('publication', 'year'), name='edition_year_once', violation_error_message='This publication has an edition of that year already.'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state', 'published')), deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], expressions=[(guidelines.models.publication.EffectiveRange('effective_from', 'effective_to', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True)), '&&'), ('publication', '=')], name='editions_never_overlap', violation_error_message='Another edition of this publication is in force in part of that time.'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'applied', 'withdrawn'])), name='edition_state_is_known'), models.CheckConstraint(condition=models.Q(('state', 'published'), models.Q(('authors', []), _negated=True), _connector='OR'), name='draft_edition_has_an_author'), models.CheckConstraint(condition=models.Q(('corrects', None), models.Q(('state', 'published'), _negated=True), _connector='OR'), name='correction_is_applied'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('corrects',), name='one_open_correction_an_edition')],
                },
            ), migrations.CreateModel(
                name='PublicationEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('name', models.CharField(help_text='As it is cited.', max_length=300)),
                    ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), blank=True, default=list, help_text='Other names found in citations.', size=None)),
                    ('basis', models.CharField(choices=[('MTUS', 'MTUS'), ('Non-MTUS', 'Other source')], default='MTUS', max_length=10)),
                    ('issuer', models.CharField(blank=True, help_text='DWC, ACOEM, ...', max_length=200)),
                    ('licensed_text', models.BooleanField(default=False, help_text='The text belongs to somebody else: only headings, pages and own topic words may be kept.', verbose_name='text is licensed')),
                    ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None)),
                    ('body_parts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
                    ('service_categories', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='guidelines.publication')),
                    ('accessed_on', models.DateField(blank=True, help_text='The day on which somebody of the house read it there.', null=True, verbose_name='last read on')),
                    ('url', models.URLField(blank=True, help_text='Of a source outside the MTUS: where it is read; http or https.', max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='web address')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='Section',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveIntegerField(default=0, help_text='Place in the table of contents.')),
                    ('heading', models.CharField(help_text='As it is cited.', max_length=500)),
                    ('pages', models.CharField(blank=True, max_length=20, validators=[django.core.validators.RegexValidator('^[1-9]\\d{0,4}(\\s?[-–]\\s?[1-9]\\d{0,4})?$', 'Pages are written "98" or "98-99".')])),
                    ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, help_text='Own words: synonyms, abbreviations, drugs (brand and generic).', size=None)),
                    ('body_parts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
                    ('service_categories', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
                    ('specialties', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
                    ('summary', models.TextField(blank=True, help_text='In own words; never where the text is licensed.', max_length=4000)),
                    ('vector', django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                    ('words', models.TextField(blank=True, editable=False)),
                    ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sections', to='guidelines.edition')),
                    ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='guidelines.section')),
                    ('deep_link', models.URLField(blank=True, help_text='Where a subscriber reads the text; http or https.', max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='link to the licensed source')),
                    ('drugs', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, help_text='Drugs treated of, brand and generic.', size=None)),
                    ('icd10_ranges', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20, validators=[django.core.validators.RegexValidator('^[A-Z][0-9][0-9A-Z](\\.[0-9A-Z]{1,4})?(-[A-Z][0-9][0-9A-Z](\\.[0-9A-Z]{1,4})?)?$', 'Codes are written "M54.5" or "M54-M54.9".')]), blank=True, default=list, size=None, verbose_name='ICD-10 ranges')),
                    ('strength_of_evidence', models.CharField(blank=True, choices=[('1a', '1a: systematic review of randomized trials'), ('1b', '1b: randomized trial, low risk of bias'), ('1c', '1c: randomized trial, risk of bias'), ('2', '2: non-randomized cohort'), ('3', '3: case-control study'), ('4', '4: case series'), ('5', '5: expert opinion')], help_text='The best evidence behind what it recommends.', max_length=2)),
                    ('synonyms', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, help_text='Other words for the heading itself.', size=None)),
                    ('origin', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='guidelines.section')),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                ],
                options={
                    'ordering': ['edition', 'position', 'heading'],
                    'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['vector'], name='section_vector'), django.contrib.postgres.indexes.GinIndex(fields=['words'], name='section_words', opclasses=['gin_trgm_ops'])],
                    'constraints': [models.UniqueConstraint(fields=('edition', 'parent', 'heading'), name='section_heading_once', nulls_distinct=False, violation_error_message='This edition has that heading already.'), models.CheckConstraint(condition=models.Q(('heading', ''), _negated=True), name='section_has_a_heading'), models.CheckConstraint(condition=guidelines.models.checks.CodesAreRanges('icd10_ranges'), name='section_codes_are_icd10', violation_error_message='ICD-10 codes are written "M54.5" or "M54-M54.9".'), models.CheckConstraint(condition=models.Q(models.Q(('deep_link', '')), guidelines.models.checks.IsWebAddress('deep_link'), _connector='OR'), name='section_link_is_a_web_address', violation_error_message='The link begins with http:// or https://.'), models.CheckConstraint(condition=models.Q(('strength_of_evidence__in', ['', '1a', '1b', '1c', '2', '3', '4', '5'])), name='section_strength_is_known')],
                },
            ), migrations.CreateModel(
                name='SectionEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('position', models.PositiveIntegerField(default=0, help_text='Place in the table of contents.')),
                    ('heading', models.CharField(help_text='As it is cited.', max_length=500)),
                    ('pages', models.CharField(blank=True, max_length=20, validators=[django.core.validators.RegexValidator('^[1-9]\\d{0,4}(\\s?[-–]\\s?[1-9]\\d{0,4})?$', 'Pages are written "98" or "98-99".')])),
                    ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, help_text='Own words: synonyms, abbreviations, drugs (brand and generic).', size=None)),
                    ('body_parts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
                    ('service_categories', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
                    ('specialties', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
                    ('summary', models.TextField(blank=True, help_text='In own words; never where the text is licensed.', max_length=4000)),
                    ('edition', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='guidelines.edition')),
                    ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='guidelines.section')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='guidelines.section')),
                    ('deep_link', models.URLField(blank=True, help_text='Where a subscriber reads the text; http or https.', max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='link to the licensed source')),
                    ('drugs', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, help_text='Drugs treated of, brand and generic.', size=None)),
                    ('icd10_ranges', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20, validators=[django.core.validators.RegexValidator('^[A-Z][0-9][0-9A-Z](\\.[0-9A-Z]{1,4})?(-[A-Z][0-9][0-9A-Z](\\.[0-9A-Z]{1,4})?)?$', 'Codes are written "M54.5" or "M54-M54.9".')]), blank=True, default=list, size=None, verbose_name='ICD-10 ranges')),
                    ('strength_of_evidence', models.CharField(blank=True, choices=[('1a', '1a: systematic review of randomized trials'), ('1b', '1b: randomized trial, low risk of bias'), ('1c', '1c: randomized trial, risk of bias'), ('2', '2: non-randomized cohort'), ('3', '3: case-control study'), ('4', '4: case series'), ('5', '5: expert opinion')], help_text='The best evidence behind what it recommends.', max_length=2)),
                    ('synonyms', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, help_text='Other words for the heading itself.', size=None)),
                    ('origin', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='guidelines.section')),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='SectionLimit',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('condition', models.CharField(blank=True, help_text='"myalgia and myositis"; empty: any.', max_length=200)),
                    ('unit', models.CharField(help_text='"visits", "days", "injections".', max_length=50)),
                    ('minimum', models.PositiveIntegerField(blank=True, null=True, verbose_name='min')),
                    ('maximum', models.PositiveIntegerField(blank=True, null=True, verbose_name='max')),
                    ('weeks', models.PositiveIntegerField(blank=True, null=True)),
                    ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='limits', to='guidelines.section')),
                ],
                options={
                    'ordering': ['section', 'condition', 'unit'],
                    'constraints': [models.UniqueConstraint(fields=('section', 'condition', 'unit'), name='section_limit_once'), models.CheckConstraint(condition=models.Q(('maximum__gte', models.F('minimum'))), name='section_limit_min_is_least', violation_error_message='The most is less than the least.'), models.CheckConstraint(condition=models.Q(('minimum__isnull', False), ('maximum__isnull', False), _connector='OR'), name='section_limit_has_a_number', violation_error_message='A limit needs a least or a most.')],
                },
            ), migrations.CreateModel(
                name='SectionLimitEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('condition', models.CharField(blank=True, help_text='"myalgia and myositis"; empty: any.', max_length=200)),
                    ('unit', models.CharField(help_text='"visits", "days", "injections".', max_length=50)),
                    ('minimum', models.PositiveIntegerField(blank=True, null=True, verbose_name='min')),
                    ('maximum', models.PositiveIntegerField(blank=True, null=True, verbose_name='max')),
                    ('weeks', models.PositiveIntegerField(blank=True, null=True)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='guidelines.sectionlimit')),
                    ('section', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='guidelines.section')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='Publication',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(help_text='As it is cited.', max_length=300)),
                    ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), blank=True, default=list, help_text='Other names found in citations.', size=None)),
                    ('alias_keys', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), default=list, editable=False, size=None)),
                    ('basis', models.CharField(choices=[('MTUS', 'MTUS'), ('Non-MTUS', 'Other source')], default='MTUS', max_length=10)),
                    ('issuer', models.CharField(blank=True, help_text='DWC, ACOEM, ...', max_length=200)),
                    ('licensed_text', models.BooleanField(default=False, help_text='The text belongs to somebody else: only headings, pages and own topic words may be kept.', verbose_name='text is licensed')),
                    ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None)),
                    ('body_parts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
                    ('service_categories', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
                    ('vector', django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                    ('words', models.TextField(blank=True, editable=False)),
                    ('accessed_on', models.DateField(blank=True, help_text='The day on which somebody of the house read it there.', null=True, verbose_name='last read on')),
                    ('url', models.URLField(blank=True, help_text='Of a source outside the MTUS: where it is read; http or https.', max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='web address')),
                ],
                options={
                    'ordering': ['name'],
                    'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['vector'], name='publication_vector'), django.contrib.postgres.indexes.GinIndex(fields=['words'], name='publication_words', opclasses=['gin_trgm_ops']), django.contrib.postgres.indexes.GinIndex(fields=['alias_keys'], name='publication_alias_keys')],
                    'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='publication_name_once', violation_error_message='There is a publication of this name already.'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='publication_has_a_name'), models.CheckConstraint(condition=models.Q(models.Q(('url', '')), guidelines.models.checks.IsWebAddress('url'), _connector='OR'), name='publication_url_is_a_web_address', violation_error_message='The address begins with http:// or https://.'), models.CheckConstraint(condition=models.Q(('accessed_on', None), models.Q(('url', ''), _negated=True), _connector='OR'), name='publication_read_somewhere', violation_error_message='A day on which it was read needs the web address, too.')],
                },
            ), migrations.CreateModel(
                name='EditionEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('year', models.PositiveSmallIntegerField(help_text='The year by which it is cited.')),
                    ('effective_from', models.DateField(blank=True, null=True)),
                    ('effective_to', models.DateField(blank=True, help_text='Last day in force; empty: still in force.', null=True)),
                    ('pages', models.PositiveIntegerField(blank=True, null=True, verbose_name='page count')),
                    ('source', models.CharField(blank=True, help_text='Order or regulation that adopted it.', max_length=500)),
                    ('dates_confirmed', models.BooleanField(default=False, help_text='The effective dates were read in the primary text.')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='guidelines.edition')),
                    ('publication', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='guidelines.publication')),
                    ('authors', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, help_text='Everybody who wrote in the draft.', size=None)),
                    ('based_on', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='guidelines.edition')),
                    ('corrects', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='guidelines.edition')),
                    ('note', models.TextField(blank=True, max_length=2000, verbose_name='what is changed, and why')),
                    ('published_at', models.DateTimeField(editable=False, null=True)),
                    ('published_by', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('applied', 'Applied correction'), ('withdrawn', 'Withdrawn draft')], default='published', editable=False, max_length=10)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='FormularyDrug',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('ingredient', models.CharField(help_text='Active ingredients, as the list prints them.', max_length=200)),
                    ('brand_names', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
                    ('dosage_form', models.CharField(blank=True, help_text='"topical"; empty: every form not named.', max_length=100)),
                    ('drug_class', models.CharField(blank=True, max_length=200)),
                    ('status', models.CharField(choices=[('exempt', 'Exempt'), ('non_exempt', 'Non-exempt'), ('unlisted', 'Unlisted')], max_length=10)),
                    ('special_fill', models.BooleanField(default=False)),
                    ('special_fill_days', models.PositiveSmallIntegerField(blank=True, help_text='Days of supply.', null=True)),
                    ('perioperative_fill', models.BooleanField(default=False)),
                    ('perioperative_fill_days', models.PositiveSmallIntegerField(blank=True, help_text='Days of supply.', null=True)),
                    ('reference_guideline', models.CharField(blank=True, help_text='MTUS guideline that treats of it.', max_length=300)),
                    ('dosage_note', models.CharField(blank=True, max_length=300)),
                    ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drugs', to='guidelines.formularyedition')),
                    ('confirmed', models.BooleanField(default=False, help_text='This line was read in the primary text.')),
                ],
                options={
                    'verbose_name': 'drug of the drug list',
                    'verbose_name_plural': 'drugs of the drug list',
                    'ordering': ['ingredient', 'dosage_form'],
                    'constraints': [models.UniqueConstraint(models.F('edition'), django.db.models.functions.text.Lower('ingredient'), django.db.models.functions.text.Lower('dosage_form'), name='formulary_drug_once', violation_error_message='This edition has that ingredient in that form already.'), models.CheckConstraint(condition=models.Q(('ingredient', ''), _negated=True), name='formulary_drug_has_a_name'), models.CheckConstraint(condition=models.Q(('status__in', ['exempt', 'non_exempt', 'unlisted'])), name='formulary_status_is_known'), models.CheckConstraint(condition=models.Q(('status', 'non_exempt'), models.Q(('perioperative_fill', False), ('special_fill', False)), _connector='OR'), name='formulary_fills_are_of_non_exempt', violation_error_message='Only a non-exempt drug has a special or a perioperative fill.'), models.CheckConstraint(condition=models.Q(models.Q(('special_fill_days', None), ('special_fill', True), _connector='OR'), models.Q(('perioperative_fill_days', None), ('perioperative_fill', True), _connector='OR')), name='formulary_days_belong_to_a_fill', violation_error_message='Days of supply need the fill that they belong to.')],
                },
            ), migrations.CreateModel(
                name='FormularyDrugEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('ingredient', models.CharField(help_text='Active ingredients, as the list prints them.', max_length=200)),
                    ('brand_names', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
                    ('dosage_form', models.CharField(blank=True, help_text='"topical"; empty: every form not named.', max_length=100)),
                    ('drug_class', models.CharField(blank=True, max_length=200)),
                    ('status', models.CharField(choices=[('exempt', 'Exempt'), ('non_exempt', 'Non-exempt'), ('unlisted', 'Unlisted')], max_length=10)),
                    ('special_fill', models.BooleanField(default=False)),
                    ('special_fill_days', models.PositiveSmallIntegerField(blank=True, help_text='Days of supply.', null=True)),
                    ('perioperative_fill', models.BooleanField(default=False)),
                    ('perioperative_fill_days', models.PositiveSmallIntegerField(blank=True, help_text='Days of supply.', null=True)),
                    ('reference_guideline', models.CharField(blank=True, help_text='MTUS guideline that treats of it.', max_length=300)),
                    ('dosage_note', models.CharField(blank=True, max_length=300)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='guidelines.formularydrug')),
                    ('edition', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='guidelines.formularyedition')),
                    ('confirmed', models.BooleanField(default=False, help_text='This line was read in the primary text.')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='FormularyEdition',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=100, unique=True)),
                    ('effective_from', models.DateField()),
                    ('effective_to', models.DateField(blank=True, help_text='Last day in force; empty: still in force.', null=True)),
                    ('source', models.CharField(blank=True, help_text='Order that adopted it.', max_length=500)),
                    ('dates_confirmed', models.BooleanField(default=False, help_text='Dates and drugs were read in the primary text.', verbose_name='confirmed')),
                    ('special_visit_days', models.PositiveSmallIntegerField(default=7, help_text='Special fill: the first visit lies within so many days of the injury.')),
                    ('special_supply_days', models.PositiveSmallIntegerField(default=4, help_text='Special fill: days of supply, where a drug names no number of its own.')),
                    ('before_surgery_days', models.PositiveSmallIntegerField(default=4, help_text='Perioperative fill: begins so many days before surgery.')),
                    ('after_surgery_days', models.PositiveSmallIntegerField(default=4, help_text='Perioperative fill: ends so many days after surgery.')),
                    ('perioperative_supply_days', models.PositiveSmallIntegerField(default=4, help_text='Perioperative fill: days of supply, where a drug names no number of its own.')),
                ],
                options={
                    'verbose_name': 'edition of the drug list',
                    'verbose_name_plural': 'editions of the drug list',
                    'ordering': ['-effective_from'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('effective_to__gte', models.F('effective_from'))), name='formulary_begins_before_it_ends', violation_error_message='The last day in force lies before the first.'), django.contrib.postgres.constraints.ExclusionConstraint(deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], expressions=[(guidelines.models.publication.EffectiveRange('effective_from', 'effective_to', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True)), '&&')], name='formulary_editions_never_overlap', violation_error_message='Another edition of the drug list is in force in part of that time.')],
                },
            ), migrations.CreateModel(
                name='FormularyEditionEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('name', models.CharField(max_length=100)),
                    ('effective_from', models.DateField()),
                    ('effective_to', models.DateField(blank=True, help_text='Last day in force; empty: still in force.', null=True)),
                    ('source', models.CharField(blank=True, help_text='Order that adopted it.', max_length=500)),
                    ('dates_confirmed', models.BooleanField(default=False, help_text='Dates and drugs were read in the primary text.', verbose_name='confirmed')),
                    ('special_visit_days', models.PositiveSmallIntegerField(default=7, help_text='Special fill: the first visit lies within so many days of the injury.')),
                    ('special_supply_days', models.PositiveSmallIntegerField(default=4, help_text='Special fill: days of supply, where a drug names no number of its own.')),
                    ('before_surgery_days', models.PositiveSmallIntegerField(default=4, help_text='Perioperative fill: begins so many days before surgery.')),
                    ('after_surgery_days', models.PositiveSmallIntegerField(default=4, help_text='Perioperative fill: ends so many days after surgery.')),
                    ('perioperative_supply_days', models.PositiveSmallIntegerField(default=4, help_text='Perioperative fill: days of supply, where a drug names no number of its own.')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='guidelines.formularyedition')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='SectionNote',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('text', models.TextField(max_length=4000)),
                    ('written_at', models.DateTimeField()),
                    ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('section', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='guidelines.section')),
                ],
                options={
                    'ordering': ['-written_at'],
                    'constraints': [models.UniqueConstraint(fields=('section', 'reader'), name='one_note_a_section_and_reader'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='section_note_says_something')],
                },
            ), migrations.CreateModel(
                name='PublishingAct',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('new', 'New edition'), ('correction', 'Correction'), ('ended', 'Ended by the next edition'), ('import', 'Set-up'), ('trial', 'Trial, always taken back')], max_length=10)),
                    ('authors', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                    ('at', models.DateTimeField()),
                    ('transaction', models.BigIntegerField(default=0, editable=False)),
                    ('draft', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='guidelines.edition')),
                    ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acts', to='guidelines.edition')),
                    ('publisher', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-at', '-pk'],
                    'indexes': [models.Index(fields=['transaction'], name='publishing_act_transaction')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['import', 'trial']), models.Q(('publisher__isnull', False), ('draft__isnull', False)), _connector='OR'), name='publishing_is_answered_for'), models.CheckConstraint(condition=models.Q(('publisher', None), models.Q(('authors__contains', [models.F('publisher')]), _negated=True), _connector='OR'), name='author_never_publishes')],
                },
            ), migrations.CreateModel(
                name='LinkCheck',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('address', models.CharField(max_length=500, unique=True)),
                    ('checked_at', models.DateTimeField()),
                    ('works', models.BooleanField()),
                    ('answer', models.CharField(help_text='In words: “404 Not Found”, “no answer within 10 seconds”.', max_length=200)),
                    ('broken_since', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'ordering': ['address'],
                },
            ), migrations.CreateModel(
                name='ChangeSet',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('table', 'Table'), ('exchange', 'Exchange file'), ('contents', 'Pasted contents'), ('words', 'Words of many sections'), ('drugs', 'Drug list')], max_length=10)),
                    ('state', models.CharField(choices=[('columns', 'Columns to be named'), ('reading', 'Being read'), ('ready', 'To be confirmed'), ('refused', 'Cannot be read'), ('writing', 'Being written'), ('written', 'Written'), ('undoing', 'Being undone'), ('undone', 'Undone'), ('dropped', 'Given up')], max_length=10)),
                    ('title', models.CharField(max_length=300)),
                    ('source', models.CharField(blank=True, max_length=200)),
                    ('format', models.CharField(blank=True, max_length=5)),
                    ('headers', models.JSONField(default=list, help_text='[header, first values] of each column.')),
                    ('asked', models.JSONField(default=dict, help_text='header -> column; or which words are added, removed, replaced.')),
                    ('base', models.JSONField(default=dict)),
                    ('problem', models.TextField(blank=True)),
                    ('total', models.PositiveIntegerField(default=0)),
                    ('added', models.PositiveIntegerField(default=0)),
                    ('changed', models.PositiveIntegerField(default=0)),
                    ('unchanged', models.PositiveIntegerField(default=0)),
                    ('refused', models.PositiveIntegerField(default=0)),
                    ('made_at', models.DateTimeField()),
                    ('tries', models.PositiveIntegerField(default=0, help_text='How often it was handed to a worker.')),
                    ('written_at', models.DateTimeField(blank=True, null=True)),
                    ('undone_at', models.DateTimeField(blank=True, null=True)),
                    ('edition', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='guidelines.edition')),
                    ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='common.storedfile')),
                    ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('written_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('removed', models.PositiveIntegerField(default=0)),
                ],
                options={
                    'ordering': ['-made_at', '-pk'],
                    'indexes': [models.Index(fields=['-made_at', '-id'], name='change_set_newest')],
                },
            ), migrations.CreateModel(
                name='ChangeRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField(help_text='Row of the table, line of the text, entry of the file.')),
                    ('outcome', models.CharField(choices=[('added', 'Added'), ('changed', 'Changed'), ('removed', 'Taken out'), ('refused', 'Refused')], max_length=10)),
                    ('about', models.CharField(choices=[('publication', 'Publication'), ('edition', 'Edition'), ('section', 'Section'), ('drug', 'Drug'), ('drug_list', 'Drug list')], default='section', max_length=12)),
                    ('name', models.CharField(help_text='Heading, or what stands where it should.', max_length=600)),
                    ('path', models.JSONField(default=list, help_text='Headings from the top of the edition down to this one.')),
                    ('edition_id_there', models.BigIntegerField(null=True)),
                    ('object_id', models.BigIntegerField(help_text='The record that it changes, or that it has made.', null=True)),
                    ('differences', models.JSONField(default=list, help_text='[field, before, after], each.')),
                    ('reasons', models.JSONField(default=list, help_text='[column, sentence], each: why the row is refused.')),
                    ('note', models.CharField(blank=True, max_length=300)),
                    ('change_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='guidelines.changeset')),
                ],
                options={
                    'ordering': ['number', 'pk'],
                    'indexes': [models.Index(fields=['change_set', 'outcome', 'number'], name='change_row_by_outcome')],
                },
            ), migrations.CreateModel(
                name='ColumnNames',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('source', models.CharField(max_length=200)),
                    ('columns', models.JSONField(default=dict)),
                    ('changed_at', models.DateTimeField()),
                ],
                options={
                    'ordering': ['source'],
                    'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('source'), name='column_names_of_a_source_once')],
                },
            ), migrations.CreateModel(
                name='UnansweredSearch',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('words', models.CharField(help_text='In one form: small letters, no numbers.', max_length=100, unique=True)),
                    ('times', models.PositiveIntegerField(default=1)),
                    ('first_seen', models.DateTimeField()),
                    ('last_seen', models.DateTimeField()),
                    ('set_aside_at', models.DateTimeField(blank=True, help_text='An editor wants to see it no more.', null=True)),
                ],
                options={
                    'ordering': ['-times', '-last_seen'],
                    'indexes': [models.Index(fields=['last_seen'], name='unanswered_search_age')],
                },
            ), migrations.CreateModel(
                name='CitationUse',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('case_key', models.CharField(help_text='Number of the case.', max_length=60)),
                    ('position', models.PositiveSmallIntegerField(help_text='Which disputed item of the case.')),
                    ('service', models.TextField(help_text='The request, as written.', max_length=2000)),
                    ('diagnoses', models.TextField(blank=True, max_length=2000)),
                    ('decided_on', models.DateField()),
                    ('vector', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('service', config='english'), output_field=django.contrib.postgres.search.SearchVectorField())),
                    ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='guidelines.edition')),
                    ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='guidelines.section')),
                ],
                options={
                    'ordering': ['case_key', 'position', 'pk'],
                    'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['vector'], name='citation_use_vector')],
                    'constraints': [models.UniqueConstraint(fields=('case_key', 'position', 'edition', 'section'), name='citation_used_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('case_key', ''), _negated=True), models.Q(('service', ''), _negated=True)), name='citation_use_says_for_what')],
                },
            ), migrations.CreateModel(
                name='KeptSection',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('pinned_at', models.DateTimeField(blank=True, null=True)),
                    ('used_at', models.DateTimeField(blank=True, null=True)),
                    ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='guidelines.section')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('reader', 'section'), name='section_kept_once_a_reader'), models.CheckConstraint(condition=models.Q(('pinned_at__isnull', False), ('used_at__isnull', False), _connector='OR'), name='section_kept_for_a_reason')],
                },
            ), migrations.CreateModel(
                name='PublishingTrial',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('state', models.CharField(choices=[('working', 'Being worked out'), ('done', 'Worked out'), ('refused', 'Cannot be tried out')], max_length=10)),
                    ('problem', models.TextField(blank=True)),
                    ('base', models.JSONField(default=dict)),
                    ('answer', models.JSONField(default=dict, help_text='searched, on, moved: [request, diagnosis, before, after] each.')),
                    ('tries', models.PositiveIntegerField(default=0)),
                    ('asked_at', models.DateTimeField()),
                    ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('draft', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='trial', to='guidelines.edition')),
                ],
                options={
                    'ordering': ['-asked_at'],
                },
            )],
        ),
        common.migrations_by_bulk.AddTriggers(
            triggers=[('edition', pgtrigger.compiler.Trigger(name='edition_by_a_second_person', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' AND OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN\n            ('draft>published', 'draft>applied', 'draft>withdrawn', 'withdrawn>draft') THEN\n        RAISE EXCEPTION 'editions: a % edition does not become %', OLD.state, NEW.state\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'edition_moves_forward';\n    END IF;\n    IF TG_OP = 'UPDATE' AND NOT NEW.authors @> OLD.authors THEN\n        RAISE EXCEPTION 'editions: who wrote a draft stays named'\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'edition_authors_stay';\n    END IF;\n    IF TG_OP = 'DELETE' OR NEW.state <> OLD.state OR OLD.published_at IS NOT NULL THEN\n        IF (OLD.published_at IS NOT NULL OR (TG_OP = 'UPDATE' AND NEW.state IN ('published', 'applied')))\n                AND NOT EXISTS (SELECT 1 FROM guidelines_publishingact a\n        WHERE a.transaction = pg_current_xact_id()::text::bigint AND (a.edition_id = OLD.id OR a.draft_id = OLD.id)) THEN\n            IF TG_OP = 'DELETE' OR NEW.state <> OLD.state\n                    OR (NEW.publication_id, NEW.year, NEW.effective_from, NEW.effective_to, NEW.pages,\n                        NEW.published_at, NEW.published_by_id)\n                    IS DISTINCT FROM (OLD.publication_id, OLD.year, OLD.effective_from, OLD.effective_to, OLD.pages,\n                        OLD.published_at, OLD.published_by_id) THEN\n                RAISE EXCEPTION 'editions: a second person publishes; make a draft'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'edition_by_a_second_person';\n            END IF;\n        END IF;\n    END IF;\n    IF TG_OP = 'DELETE' THEN\n        RETURN OLD;\n    END IF;\n    IF OLD IS DISTINCT FROM NEW THEN\n        NEW.version = OLD.version + 1;\n    END IF;\n    RETURN NEW;\n", hash='10af2dce63ca67a7269cd71c36328992dfe15d58', operation='UPDATE OR DELETE', pgid='pgtrigger_edition_by_a_second_person_979ea', table='guidelines_edition', when='BEFORE'))), ('edition', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "guidelines_editionevent" ("authors", "based_on_id", "corrects_id", "dates_confirmed", "effective_from", "effective_to", "id", "note", "pages", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publication_id", "published_at", "published_by_id", "source", "state", "version", "year") VALUES (NEW."authors", NEW."based_on_id", NEW."corrects_id", NEW."dates_confirmed", NEW."effective_from", NEW."effective_to", NEW."id", NEW."note", NEW."pages", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."publication_id", NEW."published_at", NEW."published_by_id", NEW."source", NEW."state", NEW."version", NEW."year"); RETURN NULL;', hash='8ceefb358361bbe43a74cd16859ee6915db881a3', operation='INSERT', pgid='pgtrigger_insert_insert_a0d9d', table='guidelines_edition', when='AFTER'))), ('edition', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "guidelines_editionevent" ("authors", "based_on_id", "corrects_id", "dates_confirmed", "effective_from", "effective_to", "id", "note", "pages", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publication_id", "published_at", "published_by_id", "source", "state", "version", "year") VALUES (NEW."authors", NEW."based_on_id", NEW."corrects_id", NEW."dates_confirmed", NEW."effective_from", NEW."effective_to", NEW."id", NEW."note", NEW."pages", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."publication_id", NEW."published_at", NEW."published_by_id", NEW."source", NEW."state", NEW."version", NEW."year"); RETURN NULL;', hash='f2e0dd1c85332601853e1b9d66d0bdb9b19eceb8', operation='UPDATE', pgid='pgtrigger_update_update_a2225', table='guidelines_edition', when='AFTER'))), ('edition', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "guidelines_editionevent" ("authors", "based_on_id", "corrects_id", "dates_confirmed", "effective_from", "effective_to", "id", "note", "pages", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publication_id", "published_at", "published_by_id", "source", "state", "version", "year") VALUES (OLD."authors", OLD."based_on_id", OLD."corrects_id", OLD."dates_confirmed", OLD."effective_from", OLD."effective_to", OLD."id", OLD."note", OLD."pages", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."publication_id", OLD."published_at", OLD."published_by_id", OLD."source", OLD."state", OLD."version", OLD."year"); RETURN NULL;', hash='0c97e5650940a9f5688ea183fb821bb6ec569332', operation='DELETE', pgid='pgtrigger_delete_delete_63e9d', table='guidelines_edition', when='AFTER'))), ('edition', pgtrigger.compiler.Trigger(name='published_by_an_act', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n    PERFORM 1 FROM guidelines_edition e WHERE e.id = NEW.id AND e.state = 'published'\n        AND (e.published_at IS NULL OR NOT EXISTS (SELECT 1 FROM guidelines_publishingact a\n                                                   WHERE a.edition_id = e.id AND a.kind <> 'trial'));\n    IF FOUND THEN\n        RAISE EXCEPTION 'editions: nothing begins as published; make a draft'\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'published_by_an_act';\n    END IF;\n    RETURN NULL;\n", hash='bdd4c70fd502d4f14eb301ff6142cda4856457d0', operation='INSERT', pgid='pgtrigger_published_by_an_act_0044a', table='guidelines_edition', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER'))), ('section', pgtrigger.compiler.Trigger(name='section_summary_is_own', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.summary <> '')", func="\n    PERFORM 1 FROM guidelines_publication p JOIN guidelines_edition e ON e.publication_id = p.id\n        WHERE e.id = NEW.edition_id AND p.licensed_text FOR SHARE OF p;\n    IF FOUND THEN\n        RAISE EXCEPTION 'licensed text: a section of this publication keeps no summary'\n            USING ERRCODE = 'check_violation',\n            CONSTRAINT = 'section_summary_is_own';\n    END IF;\n    PERFORM 1 FROM guidelines_publication p JOIN guidelines_edition e ON e.publication_id = p.id\n        WHERE e.id = NEW.edition_id FOR SHARE OF p;\n    RETURN NEW;\n", hash='2bdfb74348b697d06706ef43699db907895062b0', operation='INSERT OR UPDATE', pgid='pgtrigger_section_summary_is_own_65b8c', table='guidelines_section', when='BEFORE'))), ('section', pgtrigger.compiler.Trigger(name='section_keeps_the_tree', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.parent_id IS NOT NULL)', declare='DECLARE ancestor bigint; ancestor_edition bigint;', func="\n    ancestor = NEW.parent_id;\n    WHILE ancestor IS NOT NULL LOOP\n        IF ancestor = NEW.id THEN\n            RAISE EXCEPTION 'section tree: a section cannot stand below itself'\n            USING ERRCODE = 'check_violation',\n            CONSTRAINT = 'section_keeps_the_tree';\n        END IF;\n        SELECT s.edition_id, s.parent_id INTO ancestor_edition, ancestor\n            FROM guidelines_section s WHERE s.id = ancestor FOR SHARE;\n        IF ancestor_edition IS DISTINCT FROM NEW.edition_id THEN\n            RAISE EXCEPTION 'section tree: the section above belongs to another edition'\n            USING ERRCODE = 'check_violation',\n            CONSTRAINT = 'section_keeps_the_tree';\n        END IF;\n    END LOOP;\n    RETURN NEW;\n", hash='80d7dc2583202d4f5e31a62c03b15eb98b69db7c', operation='INSERT OR UPDATE', pgid='pgtrigger_section_keeps_the_tree_f7aba', table='guidelines_section', when='BEFORE'))), ('section', pgtrigger.compiler.Trigger(name='section_by_a_second_person', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' THEN\n        IF (NEW.topics, NEW.synonyms, NEW.drugs, NEW.icd10_ranges, NEW.body_parts, NEW.service_categories,\n                NEW.specialties, NEW.deep_link, NEW.edition_id, NEW.parent_id, NEW.position, NEW.heading, NEW.pages,\n                NEW.summary, NEW.strength_of_evidence, NEW.origin_id)\n            IS DISTINCT FROM (OLD.topics, OLD.synonyms, OLD.drugs, OLD.icd10_ranges, OLD.body_parts,\n                OLD.service_categories, OLD.specialties, OLD.deep_link, OLD.edition_id, OLD.parent_id, OLD.position,\n                OLD.heading, OLD.pages, OLD.summary, OLD.strength_of_evidence, OLD.origin_id) THEN\n            NEW.version = OLD.version + 1;\n        END IF;\n        IF (NEW.edition_id, NEW.parent_id, NEW.position, NEW.heading, NEW.pages, NEW.summary, NEW.strength_of_evidence)\n            IS NOT DISTINCT FROM (OLD.edition_id, OLD.parent_id, OLD.position, OLD.heading, OLD.pages, OLD.summary,\n                OLD.strength_of_evidence) THEN\n            RETURN NEW;\n        END IF;\n    END IF;\n    PERFORM 1 FROM guidelines_edition e\n        WHERE e.id IN (NEW.edition_id, OLD.edition_id) AND e.published_at IS NOT NULL\n        AND NOT EXISTS (SELECT 1 FROM guidelines_publishingact a\n        WHERE a.transaction = pg_current_xact_id()::text::bigint AND a.edition_id = e.id) FOR SHARE;\n    IF FOUND THEN\n        RAISE EXCEPTION 'sections: a second person publishes what a section says; make a draft'\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'section_by_a_second_person';\n    END IF;\n    IF TG_OP = 'DELETE' THEN\n        RETURN OLD;\n    END IF;\n    RETURN NEW;\n", hash='badab49cbcc8d042c59158c700b009f64195e798', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_section_by_a_second_person_735eb', table='guidelines_section', when='BEFORE'))), ('section', pgtrigger.compiler.Trigger(name='section_words', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM guidelines_edition e WHERE e.id = NEW.edition_id AND e.state <> 'published') THEN\n        NEW.words = '';\n        NEW.vector = NULL;\n        RETURN NEW;\n    END IF;\n    NEW.words = lower(concat_ws(' ', NEW.heading, array_to_string(NEW.topics, ' '),\n                                array_to_string(NEW.synonyms, ' '), array_to_string(NEW.drugs, ' '),\n                                array_to_string(NEW.body_parts, ' ')));\n    NEW.vector = setweight(to_tsvector('english', NEW.heading), 'A')\n        || setweight(to_tsvector('english', concat_ws(' ', array_to_string(NEW.topics, ' '),\n                                                      array_to_string(NEW.synonyms, ' '),\n                                                      array_to_string(NEW.drugs, ' '))), 'B')\n        || setweight(to_tsvector('english', concat_ws(' ', array_to_string(NEW.body_parts, ' '),\n                                                      array_to_string(NEW.service_categories, ' '))), 'C')\n        || setweight(to_tsvector('english', NEW.summary), 'D');\n    RETURN NEW;\n", hash='539c9299b346ad9ec563d0a03a8023e5a5a6b700', operation='INSERT OR UPDATE', pgid='pgtrigger_section_words_bcbac', table='guidelines_section', when='BEFORE'))), ('section', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "guidelines_sectionevent" ("body_parts", "deep_link", "drugs", "edition_id", "heading", "icd10_ranges", "id", "origin_id", "pages", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "service_categories", "specialties", "strength_of_evidence", "summary", "synonyms", "topics", "version") VALUES (NEW."body_parts", NEW."deep_link", NEW."drugs", NEW."edition_id", NEW."heading", NEW."icd10_ranges", NEW."id", NEW."origin_id", NEW."pages", NEW."parent_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."service_categories", NEW."specialties", NEW."strength_of_evidence", NEW."summary", NEW."synonyms", NEW."topics", NEW."version"); RETURN NULL;', hash='8349fc60c5da9505b624b1b492285ac2a1b8d77a', operation='INSERT', pgid='pgtrigger_insert_insert_fe330', table='guidelines_section', when='AFTER'))), ('section', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."body_parts" IS DISTINCT FROM (NEW."body_parts") OR OLD."deep_link" IS DISTINCT FROM (NEW."deep_link") OR OLD."drugs" IS DISTINCT FROM (NEW."drugs") OR OLD."edition_id" IS DISTINCT FROM (NEW."edition_id") OR OLD."heading" IS DISTINCT FROM (NEW."heading") OR OLD."icd10_ranges" IS DISTINCT FROM (NEW."icd10_ranges") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."origin_id" IS DISTINCT FROM (NEW."origin_id") OR OLD."pages" IS DISTINCT FROM (NEW."pages") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."service_categories" IS DISTINCT FROM (NEW."service_categories") OR OLD."specialties" IS DISTINCT FROM (NEW."specialties") OR OLD."strength_of_evidence" IS DISTINCT FROM (NEW."strength_of_evidence") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."synonyms" IS DISTINCT FROM (NEW."synonyms") OR OLD."topics" IS DISTINCT FROM (NEW."topics") OR OLD."version" IS DISTINCT FROM (NEW."version"))', func='INSERT INTO "guidelines_sectionevent" ("body_parts", "deep_link", "drugs", "edition_id", "heading", "icd10_ranges", "id", "origin_id", "pages", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "service_categories", "specialties", "strength_of_evidence", "summary", "synonyms", "topics", "version") VALUES (NEW."body_parts", NEW."deep_link", NEW."drugs", NEW."edition_id", NEW."heading", NEW."icd10_ranges", NEW."id", NEW."origin_id", NEW."pages", NEW."parent_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."service_categories", NEW."specialties", NEW."strength_of_evidence", NEW."summary", NEW."synonyms", NEW."topics", NEW."version"); RETURN NULL;', hash='d87d81e42aa1389b1ec75cea8aded840ed4ed2ac', operation='UPDATE', pgid='pgtrigger_update_update_efbf4', table='guidelines_section', when='AFTER'))), ('section', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "guidelines_sectionevent" ("body_parts", "deep_link", "drugs", "edition_id", "heading", "icd10_ranges", "id", "origin_id", "pages", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "service_categories", "specialties", "strength_of_evidence", "summary", "synonyms", "topics", "version") VALUES (OLD."body_parts", OLD."deep_link", OLD."drugs", OLD."edition_id", OLD."heading", OLD."icd10_ranges", OLD."id", OLD."origin_id", OLD."pages", OLD."parent_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."service_categories", OLD."specialties", OLD."strength_of_evidence", OLD."summary", OLD."synonyms", OLD."topics", OLD."version"); RETURN NULL;', hash='6e3f48d2385c2025ac2464138fbe36a831a6ebf3', operation='DELETE', pgid='pgtrigger_delete_delete_4c277', table='guidelines_section', when='AFTER'))), ('sectionlimit', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "guidelines_sectionlimitevent" ("condition", "id", "maximum", "minimum", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "unit", "weeks") VALUES (NEW."condition", NEW."id", NEW."maximum", NEW."minimum", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."section_id", NEW."unit", NEW."weeks"); RETURN NULL;', hash='a45d1b5afee1bfa70e69bf4acd46e9d87329cfbd', operation='INSERT', pgid='pgtrigger_insert_insert_78082', table='guidelines_sectionlimit', when='AFTER'))), ('sectionlimit', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "guidelines_sectionlimitevent" ("condition", "id", "maximum", "minimum", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "unit", "weeks") VALUES (NEW."condition", NEW."id", NEW."maximum", NEW."minimum", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."section_id", NEW."unit", NEW."weeks"); RETURN NULL;', hash='8b1266023276969fbbe0c95986a9a70f6b4be6ef', operation='UPDATE', pgid='pgtrigger_update_update_9823c', table='guidelines_sectionlimit', when='AFTER'))), ('sectionlimit', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "guidelines_sectionlimitevent" ("condition", "id", "maximum", "minimum", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "unit", "weeks") VALUES (OLD."condition", OLD."id", OLD."maximum", OLD."minimum", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."section_id", OLD."unit", OLD."weeks"); RETURN NULL;', hash='b3280b63d2c921541100bb1afe2b271e0cd40cc7', operation='DELETE', pgid='pgtrigger_delete_delete_1197e', table='guidelines_sectionlimit', when='AFTER'))), ('sectionlimit', pgtrigger.compiler.Trigger(name='limit_by_a_second_person', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    PERFORM 1 FROM guidelines_edition e JOIN guidelines_section s ON s.edition_id = e.id\n        WHERE s.id IN (NEW.section_id, OLD.section_id) AND e.published_at IS NOT NULL\n        AND NOT EXISTS (SELECT 1 FROM guidelines_publishingact a\n        WHERE a.transaction = pg_current_xact_id()::text::bigint AND a.edition_id = e.id) FOR SHARE OF e;\n    IF FOUND THEN\n        RAISE EXCEPTION 'limits: a second person publishes what a section recommends; make a draft'\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'limit_by_a_second_person';\n    END IF;\n    IF TG_OP = 'DELETE' THEN\n        RETURN OLD;\n    END IF;\n    RETURN NEW;\n", hash='e602455156b9570d8a969f15e75643e67e336cba', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_limit_by_a_second_person_b760d', table='guidelines_sectionlimit', when='BEFORE'))), ('publication', pgtrigger.compiler.Trigger(name='publication_words', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    NEW.alias_keys = ARRAY(SELECT lower(alias) FROM unnest(NEW.aliases) AS alias);\n    NEW.words = lower(concat_ws(' ', NEW.name, array_to_string(NEW.aliases, ' '), array_to_string(NEW.topics, ' '),\n                                array_to_string(NEW.body_parts, ' ')));\n    NEW.vector = setweight(to_tsvector('english', concat_ws(' ', NEW.name, array_to_string(NEW.aliases, ' '))), 'A')\n        || setweight(to_tsvector('english', array_to_string(NEW.topics, ' ')), 'B')\n        || setweight(to_tsvector('english', concat_ws(' ', array_to_string(NEW.body_parts, ' '),\n                                                      array_to_string(NEW.service_categories, ' '))), 'C');\n    RETURN NEW;\n", hash='59baf6cb2076811c6dc45e463910d6bd85bb5197', operation='INSERT OR UPDATE', pgid='pgtrigger_publication_words_38a76', table='guidelines_publication', when='BEFORE'))), ('publication', pgtrigger.compiler.Trigger(name='licensed_keeps_no_summary', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.licensed_text AND NOT OLD.licensed_text)', func="\n    IF EXISTS (SELECT 1 FROM guidelines_section s JOIN guidelines_edition e ON e.id = s.edition_id\n               WHERE e.publication_id = NEW.id AND s.summary <> '') THEN\n        RAISE EXCEPTION 'licensed text: sections of this publication still keep summaries'\n            USING ERRCODE = 'check_violation',\n            CONSTRAINT = 'licensed_keeps_no_summary';\n    END IF;\n    RETURN NEW;\n", hash='c03463f290772a3a6cf6879737026734bf612838', operation='UPDATE', pgid='pgtrigger_licensed_keeps_no_summary_957ca', table='guidelines_publication', when='BEFORE'))), ('publication', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "guidelines_publicationevent" ("accessed_on", "aliases", "basis", "body_parts", "id", "issuer", "licensed_text", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "service_categories", "topics", "url") VALUES (NEW."accessed_on", NEW."aliases", NEW."basis", NEW."body_parts", NEW."id", NEW."issuer", NEW."licensed_text", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."service_categories", NEW."topics", NEW."url"); RETURN NULL;', hash='bc50bb9eded8452a7f386afc9e35f6276cc3bee4', operation='INSERT', pgid='pgtrigger_insert_insert_c59e4', table='guidelines_publication', when='AFTER'))), ('publication', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."accessed_on" IS DISTINCT FROM (NEW."accessed_on") OR OLD."aliases" IS DISTINCT FROM (NEW."aliases") OR OLD."basis" IS DISTINCT FROM (NEW."basis") OR OLD."body_parts" IS DISTINCT FROM (NEW."body_parts") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."issuer" IS DISTINCT FROM (NEW."issuer") OR OLD."licensed_text" IS DISTINCT FROM (NEW."licensed_text") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."service_categories" IS DISTINCT FROM (NEW."service_categories") OR OLD."topics" IS DISTINCT FROM (NEW."topics") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func='INSERT INTO "guidelines_publicationevent" ("accessed_on", "aliases", "basis", "body_parts", "id", "issuer", "licensed_text", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "service_categories", "topics", "url") VALUES (NEW."accessed_on", NEW."aliases", NEW."basis", NEW."body_parts", NEW."id", NEW."issuer", NEW."licensed_text", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."service_categories", NEW."topics", NEW."url"); RETURN NULL;', hash='aec1a99fa3f99c9905d884433ecec6a6e90c54b2', operation='UPDATE', pgid='pgtrigger_update_update_5142c', table='guidelines_publication', when='AFTER'))), ('publication', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "guidelines_publicationevent" ("accessed_on", "aliases", "basis", "body_parts", "id", "issuer", "licensed_text", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "service_categories", "topics", "url") VALUES (OLD."accessed_on", OLD."aliases", OLD."basis", OLD."body_parts", OLD."id", OLD."issuer", OLD."licensed_text", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."service_categories", OLD."topics", OLD."url"); RETURN NULL;', hash='eeb4c3eae34f40f4a8bfd44a6252019605115d7e', operation='DELETE', pgid='pgtrigger_delete_delete_d8d21', table='guidelines_publication', when='AFTER'))), ('formularydrug', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "guidelines_formularydrugevent" ("brand_names", "confirmed", "dosage_form", "dosage_note", "drug_class", "edition_id", "id", "ingredient", "perioperative_fill", "perioperative_fill_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference_guideline", "special_fill", "special_fill_days", "status") VALUES (NEW."brand_names", NEW."confirmed", NEW."dosage_form", NEW."dosage_note", NEW."drug_class", NEW."edition_id", NEW."id", NEW."ingredient", NEW."perioperative_fill", NEW."perioperative_fill_days", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reference_guideline", NEW."special_fill", NEW."special_fill_days", NEW."status"); RETURN NULL;', hash='65eba629ee2bd3ef12c17bf40444934770ac2d4b', operation='INSERT', pgid='pgtrigger_insert_insert_b793d', table='guidelines_formularydrug', when='AFTER'))), ('formularydrug', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "guidelines_formularydrugevent" ("brand_names", "confirmed", "dosage_form", "dosage_note", "drug_class", "edition_id", "id", "ingredient", "perioperative_fill", "perioperative_fill_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference_guideline", "special_fill", "special_fill_days", "status") VALUES (NEW."brand_names", NEW."confirmed", NEW."dosage_form", NEW."dosage_note", NEW."drug_class", NEW."edition_id", NEW."id", NEW."ingredient", NEW."perioperative_fill", NEW."perioperative_fill_days", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reference_guideline", NEW."special_fill", NEW."special_fill_days", NEW."status"); RETURN NULL;', hash='33585eff987a30a72dc6ee84147804e53d248bcd', operation='UPDATE', pgid='pgtrigger_update_update_f5817', table='guidelines_formularydrug', when='AFTER'))), ('formularydrug', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "guidelines_formularydrugevent" ("brand_names", "confirmed", "dosage_form", "dosage_note", "drug_class", "edition_id", "id", "ingredient", "perioperative_fill", "perioperative_fill_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference_guideline", "special_fill", "special_fill_days", "status") VALUES (OLD."brand_names", OLD."confirmed", OLD."dosage_form", OLD."dosage_note", OLD."drug_class", OLD."edition_id", OLD."id", OLD."ingredient", OLD."perioperative_fill", OLD."perioperative_fill_days", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reference_guideline", OLD."special_fill", OLD."special_fill_days", OLD."status"); RETURN NULL;', hash='e79db477bf369123af4c25a9b3ecb09937f8e183', operation='DELETE', pgid='pgtrigger_delete_delete_fa252', table='guidelines_formularydrug', when='AFTER'))), ('formularyedition', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "guidelines_formularyeditionevent" ("after_surgery_days", "before_surgery_days", "dates_confirmed", "effective_from", "effective_to", "id", "name", "perioperative_supply_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "special_supply_days", "special_visit_days") VALUES (NEW."after_surgery_days", NEW."before_surgery_days", NEW."dates_confirmed", NEW."effective_from", NEW."effective_to", NEW."id", NEW."name", NEW."perioperative_supply_days", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source", NEW."special_supply_days", NEW."special_visit_days"); RETURN NULL;', hash='7e2bec66fb58bb82d5b81f4f9f3b169a2e98c413', operation='INSERT', pgid='pgtrigger_insert_insert_eeff7', table='guidelines_formularyedition', when='AFTER'))), ('formularyedition', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "guidelines_formularyeditionevent" ("after_surgery_days", "before_surgery_days", "dates_confirmed", "effective_from", "effective_to", "id", "name", "perioperative_supply_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "special_supply_days", "special_visit_days") VALUES (NEW."after_surgery_days", NEW."before_surgery_days", NEW."dates_confirmed", NEW."effective_from", NEW."effective_to", NEW."id", NEW."name", NEW."perioperative_supply_days", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source", NEW."special_supply_days", NEW."special_visit_days"); RETURN NULL;', hash='c9f10effe7b85329a3a2ad6af1fbe4188d1825d7', operation='UPDATE', pgid='pgtrigger_update_update_4e3d1', table='guidelines_formularyedition', when='AFTER'))), ('formularyedition', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "guidelines_formularyeditionevent" ("after_surgery_days", "before_surgery_days", "dates_confirmed", "effective_from", "effective_to", "id", "name", "perioperative_supply_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "special_supply_days", "special_visit_days") VALUES (OLD."after_surgery_days", OLD."before_surgery_days", OLD."dates_confirmed", OLD."effective_from", OLD."effective_to", OLD."id", OLD."name", OLD."perioperative_supply_days", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."source", OLD."special_supply_days", OLD."special_visit_days"); RETURN NULL;', hash='8adf521c6e9372d6124af04fecdf537fcea09f64', operation='DELETE', pgid='pgtrigger_delete_delete_23004', table='guidelines_formularyedition', when='AFTER'))), ('publishingact', pgtrigger.compiler.Trigger(name='act_is_of_this_transaction', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    NEW.transaction = pg_current_xact_id()::text::bigint;\n    IF NEW.draft_id IS NOT NULL THEN\n        NEW.authors = (SELECT e.authors FROM guidelines_edition e WHERE e.id = NEW.draft_id);\n    END IF;\n    RETURN NEW;\n', hash='2e4d7381d8bfcb137cc93f8b3642bb5ec4211739', operation='INSERT', pgid='pgtrigger_act_is_of_this_transaction_0196c', table='guidelines_publishingact', when='BEFORE'))), ('publishingact', pgtrigger.compiler.Trigger(name='acts_stay', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='67a4c446721f6fc5915404c02c47bb2f60f02d29', operation='UPDATE OR DELETE', pgid='pgtrigger_acts_stay_80512', table='guidelines_publishingact', when='BEFORE')))],
        ),
    ]
