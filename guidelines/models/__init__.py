from guidelines.models.citation import CitationFields
from guidelines.models.formulary import FormularyDrug, FormularyEdition
from guidelines.models.kept import KeptSection
from guidelines.models.note import SectionNote
from guidelines.models.publication import Edition, Publication
from guidelines.models.section import Section, SectionLimit

__all__ = [
    "CitationFields", "Edition", "FormularyDrug", "FormularyEdition", "KeptSection", "Publication", "Section",
    "SectionLimit", "SectionNote",
]  # fmt: skip
