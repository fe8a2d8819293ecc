from guidelines.models.citation import CitationFields
from guidelines.models.citation_use import CitationUse
from guidelines.models.formulary import FormularyDrug, FormularyEdition
from guidelines.models.note import SectionNote
from guidelines.models.publication import Edition, Publication
from guidelines.models.section import Section, SectionLimit

__all__ = [
    "CitationFields", "CitationUse", "Edition", "FormularyDrug", "FormularyEdition", "Publication", "Section",
    "SectionLimit", "SectionNote",
]  # fmt: skip
