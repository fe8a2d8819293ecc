"""A list of the library as a file, in the format that was asked for."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_file(
    form: str,
    *,
    name: str,
    xlsx: Callable[[], bytes],
    json: Callable[[], str | bytes],
    csv: Callable[[], Iterable[str]],
) -> HttpResponseBase:
    """form: "csv", "xlsx" or "json"; only that one is made. name: of the file, without its ending."""
    if form == "xlsx":
        answer: HttpResponseBase = HttpResponse(xlsx(), content_type=_XLSX)
    elif form == "json":
        answer = HttpResponse(json(), content_type="application/json")
    elif form == "csv":
        lines = itertools.chain(["\ufeff"], csv())
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    else:
        raise Http404("There is no such format.")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer
