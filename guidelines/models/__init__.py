from guidelines.models.citation import CitationFields
from guidelines.models.publication import Edition, Publication
from guidelines.models.section import Section, SectionLimit

__all__ = ["CitationFields", "Edition", "Publication", "Section", "SectionLimit"]
