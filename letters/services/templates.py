"""Letter templates: files of this project only, everything escaped, an undefined name is an error."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from letters.rules.compose import UndefinedFactError

DOCUMENT_FOLDER = Path(__file__).resolve().parents[2] / "templates" / "letters" / "document"


class _StrictContext(Context):
    """Raises instead of handing out a blank. The error is none that the template language swallows."""

    def __getitem__(self, key: Any) -> Any:
        for layer in reversed(self.dicts):
            if key in layer:
                return layer[key]
        raise UndefinedFactError(key)


class _Refused(str):
    """Stands in for a value that could not be resolved: putting it on the page raises."""

    __slots__ = ()

    def __contains__(self, _part: object) -> bool:
        return True

    def __mod__(self, variable: object) -> str:
        raise UndefinedFactError(str(variable))


def render_template(name: str, facts: Mapping[str, Any]) -> str:
    """A template of templates/letters/document with its facts. Raises UndefinedFactError."""
    return _engine().get_template(name).render(_StrictContext(dict(facts)))


@cache
def _engine() -> Engine:
    return Engine(
        dirs=[str(DOCUMENT_FOLDER)],
        autoescape=True,
        libraries={"speaking": "letters.services.speaking_text"},
        string_if_invalid=_Refused("%s"),
    )
