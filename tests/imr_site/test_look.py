"""The style page and the frame of all pages, as HTML (tests/e2e/test_look.py looks at them in a browser)."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings

SHAPES = ["/look/", "/look/list/", "/look/case/", "/look/form/", "/look/workspace/"]


@pytest.mark.parametrize("address", SHAPES)
@pytest.mark.django_db
def test_the_style_page_is_not_there_in_production(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", SHAPES)
@pytest.mark.django_db
@override_settings(DEMO=True)
def test_the_style_page_shows_each_shape_without_inline_style_or_script(client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    assert "<h1" in page
    assert "style=" not in page
    assert "onclick" not in page
    assert "<script>" not in page


@pytest.mark.django_db
def test_an_unknown_theme_is_not_remembered(client: Client) -> None:
    assert "theme" not in client.post("/theme/", {"theme": "<b>"}).cookies


@pytest.mark.django_db
@override_settings(DEMO=True)
def test_a_chosen_theme_is_remembered_and_drawn_by_the_server(client: Client) -> None:
    client.post("/theme/", {"theme": "dark"})
    assert 'data-bs-theme="dark"' in client.get("/look/").content.decode()


@pytest.mark.django_db
def test_the_theme_changes_by_post_only(client: Client) -> None:
    assert client.get("/theme/").status_code == 405
