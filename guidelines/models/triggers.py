"""PL/pgSQL of the library's triggers: what must hold by every route, and the columns that search reads."""

from __future__ import annotations

#: Search columns of a section: headings weigh most (A), then topics, synonyms and drugs (B), facets least (C).
#: A section of a draft has none: no search of any kind finds it.
SECTION_WORDS = """
    IF EXISTS (SELECT 1 FROM guidelines_edition e WHERE e.id = NEW.edition_id AND e.state <> 'published') THEN
        NEW.words = '';
        NEW.vector = NULL;
        RETURN NEW;
    END IF;
    NEW.words = lower(concat_ws(' ', NEW.heading, array_to_string(NEW.topics, ' '),
                                array_to_string(NEW.synonyms, ' '), array_to_string(NEW.drugs, ' '),
                                array_to_string(NEW.body_parts, ' ')));
    NEW.vector = setweight(to_tsvector('english', NEW.heading), 'A')
        || setweight(to_tsvector('english', concat_ws(' ', array_to_string(NEW.topics, ' '),
                                                      array_to_string(NEW.synonyms, ' '),
                                                      array_to_string(NEW.drugs, ' '))), 'B')
        || setweight(to_tsvector('english', concat_ws(' ', array_to_string(NEW.body_parts, ' '),
                                                      array_to_string(NEW.service_categories, ' '))), 'C')
        || setweight(to_tsvector('english', NEW.summary), 'D');
    RETURN NEW;
"""

PUBLICATION_WORDS = """
    NEW.alias_keys = ARRAY(SELECT lower(alias) FROM unnest(NEW.aliases) AS alias);
    NEW.words = lower(concat_ws(' ', NEW.name, array_to_string(NEW.aliases, ' '), array_to_string(NEW.topics, ' '),
                                array_to_string(NEW.body_parts, ' ')));
    NEW.vector = setweight(to_tsvector('english', concat_ws(' ', NEW.name, array_to_string(NEW.aliases, ' '))), 'A')
        || setweight(to_tsvector('english', array_to_string(NEW.topics, ' ')), 'B')
        || setweight(to_tsvector('english', concat_ws(' ', array_to_string(NEW.body_parts, ' '),
                                                      array_to_string(NEW.service_categories, ' '))), 'C');
    RETURN NEW;
"""

#: The share lock keeps the publication's flag still until this section is written.
SECTION_SUMMARY_IS_OWN = """
    PERFORM 1 FROM guidelines_publication p JOIN guidelines_edition e ON e.publication_id = p.id
        WHERE e.id = NEW.edition_id AND p.licensed_text FOR SHARE OF p;
    IF FOUND THEN
        RAISE EXCEPTION 'licensed text: a section of this publication keeps no summary'
            USING ERRCODE = 'check_violation',
            CONSTRAINT = 'section_summary_is_own';
    END IF;
    PERFORM 1 FROM guidelines_publication p JOIN guidelines_edition e ON e.publication_id = p.id
        WHERE e.id = NEW.edition_id FOR SHARE OF p;
    RETURN NEW;
"""

LICENSED_KEEPS_NO_SUMMARY = """
    IF EXISTS (SELECT 1 FROM guidelines_section s JOIN guidelines_edition e ON e.id = s.edition_id
               WHERE e.publication_id = NEW.id AND s.summary <> '') THEN
        RAISE EXCEPTION 'licensed text: sections of this publication still keep summaries'
            USING ERRCODE = 'check_violation',
            CONSTRAINT = 'licensed_keeps_no_summary';
    END IF;
    RETURN NEW;
"""

#: A parent belongs to the same edition and is never the section itself or one below it.
SECTION_KEEPS_THE_TREE = """
    ancestor = NEW.parent_id;
    WHILE ancestor IS NOT NULL LOOP
        IF ancestor = NEW.id THEN
            RAISE EXCEPTION 'section tree: a section cannot stand below itself'
            USING ERRCODE = 'check_violation',
            CONSTRAINT = 'section_keeps_the_tree';
        END IF;
        SELECT s.edition_id, s.parent_id INTO ancestor_edition, ancestor
            FROM guidelines_section s WHERE s.id = ancestor FOR SHARE;
        IF ancestor_edition IS DISTINCT FROM NEW.edition_id THEN
            RAISE EXCEPTION 'section tree: the section above belongs to another edition'
            USING ERRCODE = 'check_violation',
            CONSTRAINT = 'section_keeps_the_tree';
        END IF;
    END LOOP;
    RETURN NEW;
"""

#: The transaction to which an act of publishing belongs, and who wrote the draft: put down here, so that nobody can say
#: otherwise.
ACT_IS_OF_THIS_TRANSACTION = """
    NEW.transaction = pg_current_xact_id()::text::bigint;
    IF NEW.draft_id IS NOT NULL THEN
        NEW.authors = (SELECT e.authors FROM guidelines_edition e WHERE e.id = NEW.draft_id);
    END IF;
    RETURN NEW;
"""

_NO_ACT = """NOT EXISTS (SELECT 1 FROM guidelines_publishingact a
        WHERE a.transaction = pg_current_xact_id()::text::bigint AND {of})"""

#: An edition goes from draft to published by a second person's act alone, and what it is cited by stays.
EDITION_BY_A_SECOND_PERSON = f"""
    IF TG_OP = 'UPDATE' AND OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN
            ('draft>published', 'draft>applied', 'draft>withdrawn', 'withdrawn>draft') THEN
        RAISE EXCEPTION 'editions: a % edition does not become %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'edition_moves_forward';
    END IF;
    IF TG_OP = 'UPDATE' AND NOT NEW.authors @> OLD.authors THEN
        RAISE EXCEPTION 'editions: who wrote a draft stays named'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'edition_authors_stay';
    END IF;
    IF TG_OP = 'DELETE' OR NEW.state <> OLD.state OR OLD.published_at IS NOT NULL THEN
        IF (OLD.published_at IS NOT NULL OR (TG_OP = 'UPDATE' AND NEW.state IN ('published', 'applied')))
                AND {_NO_ACT.format(of="(a.edition_id = OLD.id OR a.draft_id = OLD.id)")} THEN
            IF TG_OP = 'DELETE' OR NEW.state <> OLD.state
                    OR (NEW.publication_id, NEW.year, NEW.effective_from, NEW.effective_to, NEW.pages,
                        NEW.published_at, NEW.published_by_id)
                    IS DISTINCT FROM (OLD.publication_id, OLD.year, OLD.effective_from, OLD.effective_to, OLD.pages,
                        OLD.published_at, OLD.published_by_id) THEN
                RAISE EXCEPTION 'editions: a second person publishes; make a draft'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'edition_by_a_second_person';
            END IF;
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF OLD IS DISTINCT FROM NEW THEN
        NEW.version = OLD.version + 1;
    END IF;
    RETURN NEW;
"""

#: A row that is written as published stands by an act of publishing (or of set-up) once its transaction ends.
PUBLISHED_BY_AN_ACT = """
    PERFORM 1 FROM guidelines_edition e WHERE e.id = NEW.id AND e.state = 'published'
        AND (e.published_at IS NULL OR NOT EXISTS (SELECT 1 FROM guidelines_publishingact a
                                                   WHERE a.edition_id = e.id AND a.kind <> 'trial'));
    IF FOUND THEN
        RAISE EXCEPTION 'editions: nothing begins as published; make a draft'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'published_by_an_act';
    END IF;
    RETURN NULL;
"""

#: What a section of a published edition is cited by, and what it says, changes by publishing a draft alone. Words for
#: look-up may be corrected at once. The share lock keeps the edition as it is until the row is written.
SECTION_BY_A_SECOND_PERSON = f"""
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.topics, NEW.synonyms, NEW.drugs, NEW.icd10_ranges, NEW.body_parts, NEW.service_categories,
                NEW.specialties, NEW.deep_link, NEW.edition_id, NEW.parent_id, NEW.position, NEW.heading, NEW.pages,
                NEW.summary, NEW.strength_of_evidence, NEW.origin_id)
            IS DISTINCT FROM (OLD.topics, OLD.synonyms, OLD.drugs, OLD.icd10_ranges, OLD.body_parts,
                OLD.service_categories, OLD.specialties, OLD.deep_link, OLD.edition_id, OLD.parent_id, OLD.position,
                OLD.heading, OLD.pages, OLD.summary, OLD.strength_of_evidence, OLD.origin_id) THEN
            NEW.version = OLD.version + 1;
        END IF;
        IF (NEW.edition_id, NEW.parent_id, NEW.position, NEW.heading, NEW.pages, NEW.summary, NEW.strength_of_evidence)
            IS NOT DISTINCT FROM (OLD.edition_id, OLD.parent_id, OLD.position, OLD.heading, OLD.pages, OLD.summary,
                OLD.strength_of_evidence) THEN
            RETURN NEW;
        END IF;
    END IF;
    PERFORM 1 FROM guidelines_edition e
        WHERE e.id IN (NEW.edition_id, OLD.edition_id) AND e.published_at IS NOT NULL
        AND {_NO_ACT.format(of="a.edition_id = e.id")} FOR SHARE;
    IF FOUND THEN
        RAISE EXCEPTION 'sections: a second person publishes what a section says; make a draft'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'section_by_a_second_person';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
"""

LIMIT_BY_A_SECOND_PERSON = f"""
    PERFORM 1 FROM guidelines_edition e JOIN guidelines_section s ON s.edition_id = e.id
        WHERE s.id IN (NEW.section_id, OLD.section_id) AND e.published_at IS NOT NULL
        AND {_NO_ACT.format(of="a.edition_id = e.id")} FOR SHARE OF e;
    IF FOUND THEN
        RAISE EXCEPTION 'limits: a second person publishes what a section recommends; make a draft'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'limit_by_a_second_person';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
"""
