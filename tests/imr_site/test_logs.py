from __future__ import annotations

import json
import logging

import pytest
import structlog
from django.test import Client


@pytest.mark.django_db
def test_a_request_is_one_json_line_on_standard_error_with_a_moment_in_utc(capsys):
    formatters = [handler.formatter for handler in logging.getLogger().handlers]
    formatter = next(one for one in formatters if isinstance(one, structlog.stdlib.ProcessorFormatter))
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(formatter.format(record))

    keep = Keep()
    logger = logging.getLogger("django_structlog")
    logger.addHandler(keep)
    try:
        Client().get("/health")
    finally:
        logger.removeHandler(keep)
    assert capsys.readouterr().out == ""
    finished = [json.loads(line) for line in lines if "request_finished" in line]
    assert finished[0]["timestamp"].endswith("Z")
    assert finished[0]["level"] in {"info", "warning", "error"}
