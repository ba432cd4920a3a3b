"""A page asked by GET writes nothing, and the exceptions of a view still reach the other middlewares."""

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory

from contenu.models import Commune
from portail.commun.decorateurs import journalise_la_lecture
from portail.commun.middleware import EcritureEnLectureError, LectureSeuleMiddleware


def ecrire(request):
    Commune.objects.update(nom="Autre")
    return HttpResponse()


def passer(vue, methode="get"):
    requete = getattr(RequestFactory(), methode)("/")
    garde = LectureSeuleMiddleware(lambda r: (garde.process_view(r, vue, [], {}), vue(r))[1])
    return garde(requete)


@pytest.mark.parametrize("methode", ["get", "head", "options"])
def test_a_reading_request_that_writes_is_stopped(commune, methode):
    with pytest.raises(EcritureEnLectureError), transaction.atomic():
        passer(ecrire, methode)
    assert not Commune.objects.filter(nom="Autre").exists()


@pytest.mark.parametrize(("vue", "methode"), [(ecrire, "post"), (journalise_la_lecture(ecrire), "get")])
def test_a_post_and_a_page_that_logs_its_reading_may_write(commune, vue, methode):
    passer(vue, methode)
    assert Commune.objects.filter(nom="Autre").exists()


def test_a_page_whose_password_is_to_be_given_again_leads_there(client, commune, parent):
    """allauth says it by an exception, which its own middleware turns into a redirection."""
    client.force_login(parent)
    reponse = client.get("/compte/double-authentification/application/activer/")
    assert reponse["Location"].startswith("/compte/reauthentification/")
