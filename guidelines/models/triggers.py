"""PL/pgSQL of the library's triggers: what must hold by every route, and the columns that search reads."""

from __future__ import annotations

#: Search columns of a section: headings weigh most (A), then topics, synonyms and drugs (B), facets least (C).
SECTION_WORDS = """
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
