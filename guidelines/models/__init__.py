from guidelines.models.citation import CitationFields
from guidelines.models.citation_use import CitationUse
from guidelines.models.desk import LinkCheck, UnansweredSearch
from guidelines.models.formulary import FormularyDrug, FormularyEdition
from guidelines.models.kept import KeptSection
from guidelines.models.note import SectionNote
from guidelines.models.publication import Edition, Publication
from guidelines.models.publishing import PublishingAct
from guidelines.models.section import Section, SectionLimit
from guidelines.models.trial import PublishingTrial
from guidelines.models.upkeep import ChangeRow, ChangeSet, ColumnNames

__all__ = [
    "ChangeRow", "ChangeSet", "CitationFields", "CitationUse", "ColumnNames", "Edition", "FormularyDrug",
    "FormularyEdition", "KeptSection", "LinkCheck", "Publication", "PublishingAct", "PublishingTrial",
    "Section", "SectionLimit", "SectionNote", "UnansweredSearch",
]  # fmt: skip
