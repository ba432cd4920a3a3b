"""A complement: the agent says why and what is missing, the household completes, the file comes back to its place."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from inscriptions.actions import envoi
from inscriptions.enums import EtatDossier
from inscriptions.models import DUREE_COMPLEMENT, ComplementDossier, DossierInscription
from portail.commun.models import Courriel, Trace
from tests.familles.outils import dernier_courriel
from tests.inscriptions import fabriques
from tests.inscriptions.fabriques import COURRIEL

LISTE = "admin:inscriptions_dossierinscription_changelist"
DEMANDE = {"motif": "Pour calculer votre tarif.", "autres": "Avis d’imposition\nLivret de famille"}


@pytest.fixture
def envoye(db):
    return fabriques.dossier(envoye=True, envoye_le=timezone.now() - datetime.timedelta(days=4))


def adresse(nom, dossier):
    return reverse(f"admin:inscriptions_dossierinscription_{nom}", args=[dossier.pk])


def page(nom, dossier):
    return reverse(f"inscriptions:{nom}", args=[fabriques.jeton(dossier)])


def test_the_whole_way_from_the_question_to_the_queue_again(gestion, client, envoye):
    recue = envoye.envoye_le
    gestion.post(adresse("complement", envoye), DEMANDE)
    envoye.refresh_from_db()
    assert envoye.etat == EtatDossier.COMPLEMENT
    assert envoye.reference not in gestion.get(reverse(LISTE)).content.decode()
    assert envoye.reference in gestion.get(reverse(LISTE), {"etat": "complement"}).content.decode()
    courriel = dernier_courriel(COURRIEL, "inscription_complement")
    for mot in ("Pour calculer votre tarif.", "- Avis d’imposition", "- Livret de famille", page("dossier", envoye)):
        assert mot in courriel.texte
    # The household reads it, on the page of the link and at each step, and corrects what it likes.
    for nom in ("dossier", "pieces", "foyer", "verification"):
        assert "Livret de famille" in client.get(page(nom, envoye)).content.decode(), nom
    foyer = {"nom": "LE GALL", "adresse": "5 rue du Traict", "code_postal": "44740", "ville": "Batz-sur-Mer"}
    client.post(page("foyer", envoye), foyer)
    client.post(page("envoyer", envoye), {"exact": "on", "message": "Voici."})
    envoye.refresh_from_db()
    reponse = dernier_courriel(COURRIEL, "inscription_envoyee").texte
    for texte in (reponse, client.get(page("dossier", envoye)).content.decode()):
        assert f"{recue.astimezone():%d/%m/%Y}" in texte
        assert f"complétée le {timezone.localdate():%d/%m/%Y}" in texte
    # Back in the queue, at its place.
    assert (envoye.etat, envoye.adresse, envoye.envoye_le) == (EtatDossier.ENVOYE, "5 rue du Traict", recue)
    assert ComplementDossier.objects.get().clos_le is not None
    assert envoye.reference in gestion.get(reverse(LISTE)).content.decode()
    assert "prend la dernière place de la file" in client.get(page("dossier", envoye)).content.decode()
    fiche = gestion.get(adresse("change", envoye)).content.decode()
    assert "Revenue dans la file" in fiche
    assert "Livret de famille" not in client.get(page("dossier", envoye)).content.decode()
    gestes = list(Trace.objects.filter(objet_cle=envoye.cle).order_by("pk").values_list("geste", "auteur__email"))
    agent = Trace.objects.exclude(auteur=None).first().auteur.email
    assert gestes == [("inscription.complement_demande", agent), ("inscription.completee", None)]


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"autres": "Un papier"}, "Dites pourquoi"),
        ({"motif": "Pourquoi"}, "Dites au moins une chose qui manque"),
        ({"motif": "Pourquoi", "autres": "\n".join("x" * 11)}, "Dix lignes au plus"),
        ({"motif": "Pourquoi", "autres": "x" * 201}, "Dix lignes au plus"),
    ],
)
def test_why_and_what_are_both_asked_and_what_was_typed_stays(gestion, envoye, champs, phrase):
    reponse = gestion.post(adresse("complement", envoye), champs)
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()
    assert next(iter(champs.values())) in reponse.content.decode()
    envoye.refresh_from_db()
    assert envoye.etat == EtatDossier.ENVOYE
    assert not Courriel.objects.exists()


def test_the_pieces_that_are_waited_for_are_proposed(gestion, envoye, tmp_path):
    from documents.models import PieceRequise, TypeDocument  # noqa: PLC0415 - used here alone

    assurance = TypeDocument.objects.create(nom="Attestation d’assurance", portee="enfant")
    PieceRequise.objects.create(type=assurance)
    phrase = "Attestation d’assurance d’Éloïse"
    assert phrase in gestion.get(adresse("complement", envoye)).content.decode()
    gestion.post(adresse("complement", envoye), {"motif": "Sans elle, pas d’accueil.", "pieces": [phrase]})
    assert ComplementDossier.objects.get().points == [phrase]


@pytest.mark.parametrize("geste", ["accepter", "refuser", "complement"])
def test_while_it_waits_for_its_household_a_file_is_neither_answered_nor_asked_again(gestion, geste):
    dossier = fabriques.a_completer()
    gestion.post(adresse(geste, dossier), DEMANDE | {"residente": "on"})
    dossier.refresh_from_db()
    assert dossier.etat == EtatDossier.COMPLEMENT
    assert ComplementDossier.objects.count() == 1
    assert gestion.post(adresse("change", dossier), {"nom": "PIRATE"}).status_code == 403


def test_what_is_brought_at_the_counter_puts_the_file_back(gestion, client, envoye):
    dossier = fabriques.a_completer(courriel="autre@exemple.fr")
    assert "Remettre dans la file" in gestion.get(adresse("change", dossier)).content.decode()
    gestion.post(adresse("remettre", dossier))
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.complement_le) == (EtatDossier.ENVOYE, None)
    assert client.post(page("foyer", dossier), {"nom": "X"}).status_code == 302
    assert "n’attend plus de complément" in gestion.post(adresse("remettre", dossier), follow=True).content.decode()


def test_asked_twice_at_once_it_is_asked_once(gestion, envoye):
    gestion.post(adresse("complement", envoye), DEMANDE)
    reponse = gestion.post(adresse("complement", envoye), DEMANDE, follow=True)
    assert "a déjà répondu" in reponse.content.decode()
    assert Courriel.objects.filter(destinataire=COURRIEL).count() == 1


def test_the_same_address_finds_its_file_again_and_begins_no_other(client):
    from inscriptions.actions.saisie import en_cours_de  # noqa: PLC0415 - used here alone

    assert en_cours_de(COURRIEL) is None
    dossier = fabriques.a_completer()
    assert en_cours_de(COURRIEL) == dossier


def test_a_complement_without_news_is_erased_in_the_end_and_not_before(db):
    dossier = fabriques.a_completer()
    assert envoi.effacer_les_perimes(maintenant=timezone.now() + DUREE_COMPLEMENT / 2) == 0
    assert envoi.effacer_les_perimes(maintenant=timezone.now() + DUREE_COMPLEMENT * 1.1) == 1
    assert not DossierInscription.objects.filter(pk=dossier.pk).exists()
    # The service had received it: it finds what became of it.
    trace = Trace.objects.get(geste="inscription.perimee")
    assert (trace.libelle, trace.auteur) == (dossier.reference, None)


def test_a_household_that_gives_up_leaves_a_trace_without_its_name(client, commune):
    dossier = fabriques.a_completer()
    client.post(page("abandonner", dossier))
    assert not DossierInscription.objects.exists()
    trace = Trace.objects.get(geste="inscription.abandonnee")
    assert "LE GALL" not in f"{trace.libelle}{trace.avant}{trace.apres}"


def test_the_database_refuses_a_complement_that_contradicts_itself(envoye):
    dossier = fabriques.a_completer(courriel="autre@exemple.fr")
    for lignes, champs in (
        (DossierInscription.objects.filter(pk=envoye.pk), {"complement_le": timezone.now()}),
        (DossierInscription.objects.filter(pk=dossier.pk), {"complement_le": None}),
        (DossierInscription.objects.filter(pk=dossier.pk), {"traite_le": timezone.now()}),
        (ComplementDossier.objects.all(), {"points": []}),
        (ComplementDossier.objects.all(), {"motif": ""}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            lignes.update(**champs)
    with pytest.raises(IntegrityError), transaction.atomic():
        ComplementDossier.objects.create(dossier=dossier, motif="x", points=["y"], demande_le=timezone.now())
