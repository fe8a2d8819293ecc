from letters.models.frozen_document import FrozenDocument

__all__ = ["FrozenDocument"]
