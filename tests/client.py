"""A demanding test client: at each request it checks what one forgets to check by hand."""

import re

from django.test import Client, TestCase

SCRIPT_EN_LIGNE = re.compile(
    r"\son[a-z]+\s*=\s*[\"']|<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|javascript:", re.IGNORECASE
)
STYLE_EN_LIGNE = re.compile(r"\sstyle\s*=\s*[\"']|<style", re.IGNORECASE)


class ClientStrict(Client):
    """Runs the on-commit callbacks and fails on inline code or on a template that was badly rendered.

    That a GET writes nothing is the application's own middleware: see ``LectureSeuleMiddleware``.
    """

    def request(self, **request):
        with TestCase.captureOnCommitCallbacks(execute=True):
            reponse = super().request(**request)
        if reponse.get("Content-Type", "").startswith("text/html") and not reponse.streaming:
            html = reponse.content.decode()
            assert not SCRIPT_EN_LIGNE.search(html), f"script en ligne : {SCRIPT_EN_LIGNE.search(html)}"
            assert not STYLE_EN_LIGNE.search(html), f"style en ligne : {STYLE_EN_LIGNE.search(html)}"
            for marque in ("{{", "{%", "{#"):
                assert marque not in html, "gabarit mal rendu"
        return reponse
