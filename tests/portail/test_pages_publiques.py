"""Access is refused unless a page says otherwise: the pages that do are accepted one by one, in a diff."""

import pytest
from django.urls import get_resolver

from tests.portail.instantane import comparer


def ouvertes(resolveur=None, prefixe=""):
    """Every named address whose view answers without a login; the staff's site has its own door."""
    for motif in (resolveur or get_resolver()).url_patterns:
        if hasattr(motif, "url_patterns"):
            if motif.namespace != "admin":
                espace = f"{prefixe}{motif.namespace}:" if motif.namespace else prefixe
                yield from ouvertes(motif, espace)
        elif not getattr(motif.callback, "login_required", True):
            yield prefixe + motif.name


def test_the_pages_open_to_everybody_are_those_that_were_accepted():
    comparer("publiques.txt", sorted(ouvertes()))


@pytest.mark.parametrize("nom", ["espace", "familles:fiche", "documents:liste", "facturation:liste", "mfa_index"])
def test_private_pages_are_not_among_them(nom):
    """Control: the reading of the mark is right."""
    assert nom not in set(ouvertes())
    assert {"accueil", "account_login", "inscriptions:accueil"} <= set(ouvertes())
