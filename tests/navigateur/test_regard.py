"""What the look at the pages sees and what it lets pass: a request given up is nobody's fault, the others are."""

import pytest

from tests.navigateur.regard import Regard

pytestmark = pytest.mark.navigateur

PAGE = "<!doctype html><html lang=fr><title>Essai</title><h1>Essai</h1><img src=/image.png alt=''>"


@pytest.mark.parametrize(
    ("reponse", "attendu"),
    [
        (lambda route: route.abort("aborted"), None),
        (lambda route: route.abort("connectionrefused"), "net::ERR_CONNECTION_REFUSED"),
        (lambda route: route.fulfill(status=404, body=""), "404"),
    ],
)
def test_only_a_request_that_the_browser_gives_up_is_let_pass(ouvrir, reponse, attendu):
    regard = Regard(ouvrir())
    regard.page.route("**/essai/", lambda route: route.fulfill(body=PAGE, content_type="text/html; charset=utf-8"))
    regard.page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    regard.page.route("**/image.png", reponse)
    regard.page.goto("/essai/")
    regard.page.wait_for_load_state("load")
    if attendu is None:
        regard.rien_a_redire()
    else:
        assert any(attendu in defaut for defaut in regard.defauts), regard.defauts


def test_what_the_policy_of_the_page_blocks_is_seen(ouvrir):
    regard = Regard(ouvrir())
    politique = {"Content-Security-Policy": "img-src 'none'", "Content-Type": "text/html; charset=utf-8"}
    regard.page.route("**/essai/", lambda route: route.fulfill(body=PAGE, headers=politique))
    regard.page.goto("/essai/")
    regard.page.wait_for_load_state("load")
    assert any("Content Security Policy" in defaut for defaut in regard.defauts), regard.defauts
