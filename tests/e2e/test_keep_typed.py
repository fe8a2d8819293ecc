from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.accounts.people import make_person
from tests.e2e.browser import sign_in
from tests.factories.cases import a_pdf

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_is_typed_while_a_row_is_being_added_is_not_lost(live_server, page, tmp_path):
    (tmp_path / "report.pdf").write_bytes(a_pdf())
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/cases/new/")
    held: list[Route] = []
    page.route(
        "**/cases/new/", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
    )
    with page.expect_request("**/cases/new/"):
        page.get_by_role("button", name="Add an item").click()
    page.locator("[name=worker-first_name]").fill("Typed meanwhile")
    page.locator("[name=application-signed][value=yes]").check()
    page.locator("[name=documents-0-file]").set_input_files(tmp_path / "report.pdf")
    held[0].continue_()
    expect(page.locator("[name=items-1-service]")).to_be_visible()
    expect(page.locator("[name=worker-first_name]")).to_have_value("Typed meanwhile")
    expect(page.locator("[name=application-signed][value=yes]")).to_be_checked()
    chosen = page.locator("[name=documents-0-file]").evaluate("(field) => field.files[0]?.name")
    assert chosen == "report.pdf"
