from guidelines.models.citation import CitationFields

__all__ = ["CitationFields"]
