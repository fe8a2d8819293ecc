from letters.models.frozen_document import FrozenDocument
from letters.models.letter import Letter
from letters.models.seal_certificate import SealCertificate
from letters.models.wording import Wording

__all__ = ["FrozenDocument", "Letter", "SealCertificate", "Wording"]
