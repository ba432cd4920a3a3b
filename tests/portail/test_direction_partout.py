"""A direction is limited to its sites everywhere: every list, every object, every page that it may open, one by one."""

from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse

from documents.models import TypeDocument
from enfants.models import LectureSante
from portail.roles import synchroniser
from reservations.enums import Critere, RaisonAttribution
from reservations.models import Attribution, DeclarationAbsence, Fermeture, LigneAttribution, MotifAbsence, Salle
from tests.client import ClientStrict
from tests.documents.fabriques import FabriqueDocument
from tests.fabriques import (
    FabriqueEnfant,
    FabriqueEtablissement,
    FabriqueFamille,
    FabriqueResponsable,
    membre_du_personnel,
)
from tests.portail.test_droits import DU_SITE as PAGES_DU_SITE
from tests.portail.test_droits import noms_d_url
from tests.reservations.gestes import inscrire

#: In every word that hangs on the site of another direction.
AILLEURS = "CANARI-AILLEURS-7f"
CHEZ_MOI = "CHEZ-MOI-3b"

#: What a direction reads that belongs to no site, and why it may.
COMMUN = {
    "reservations.jourferme": "calendrier de la commune",
    "reservations.vacancesscolaires": "calendrier de la commune",
    "reservations.regledelai": "règles de la commune, sans famille",
}
#: Path from the scene of a site to the object of each model that hangs on a site.
DU_SITE = {
    "reservations.etablissement": lambda s: s.etablissement,
    "reservations.accueil": lambda s: s.accueil,
    "reservations.periode": lambda s: s.periode,
    "reservations.prestation": lambda s: s.prestation,
    "reservations.creneau": lambda s: s.creneau,
    "reservations.reservation": lambda s: s.reservation,
    "reservations.presence": lambda s: s.presence,
    "reservations.salle": lambda s: s.salle,
    "reservations.fermeture": lambda s: s.fermeture,
    "reservations.declarationabsence": lambda s: s.absence,
    "reservations.attribution": lambda s: s.attribution,
    "reservations.ligneattribution": lambda s: s.ligne,
    "enfants.enfant": lambda s: s.enfant,
}


def site(mot):
    """A site with all that hangs on it, named after ``mot``: offer, household, child, request, document."""
    famille = FabriqueFamille(nom=f"FAMILLE {mot}", adresse=f"1 rue {mot}")
    FabriqueResponsable(famille=famille, nom=mot)
    enfant = FabriqueEnfant(famille=famille, nom=mot, prenom="Zoé")
    etablissement = FabriqueEtablissement(nom=mot)
    demande = inscrire(famille, enfant, etablissement)
    reservation = demande.reservation
    presence = reservation.presences.get()
    periode = reservation.periode
    for objet in (periode.accueil, periode, presence.creneau.prestation):
        type(objet).objects.filter(pk=objet.pk).update(nom=mot)
    document = FabriqueDocument(
        famille=famille, enfant=enfant, nom=mot, type=TypeDocument.objects.get_or_create(nom="Assurance")[0]
    )
    jour, auteur = presence.creneau.jour, demande.auteur
    absence = DeclarationAbsence.objects.create(
        presence=presence,
        motif=MotifAbsence.objects.get_or_create(nom="Enfant malade")[0],
        precision=mot,
        declaree_le=demande.envoyee_le,
        auteur=auteur,
    )
    attribution = Attribution.objects.create(
        periode=periode, criteres=[Critere.DATE], auteur=auteur, calculee_le=demande.envoyee_le
    )
    ligne = LigneAttribution.objects.create(
        attribution=attribution,
        presence=presence,
        donnee=True,
        rang=1,
        demandes=1,
        places=1,
        raison=RaisonAttribution.values[0],
        residente=True,
        parents_actifs=False,
        fratrie=False,
        demandee_le=demande.envoyee_le,
    )
    return SimpleNamespace(
        mot=mot,
        attribution=attribution,
        ligne=ligne,
        salle=Salle.objects.create(etablissement=etablissement, nom=f"Salle {mot}"),
        fermeture=Fermeture.objects.create(
            etablissement=etablissement, du=jour, au=jour, motif=mot, decidee_le=demande.envoyee_le, decidee_par=auteur
        ),
        absence=absence,
        famille=famille,
        enfant=enfant,
        etablissement=etablissement,
        periode=periode,
        accueil=periode.accueil,
        prestation=presence.creneau.prestation,
        creneau=presence.creneau,
        reservation=reservation,
        demande=demande,
        presence=presence,
        document=document,
    )


@pytest.fixture
def scene(commune):
    synchroniser()
    direction = membre_du_personnel("direction")
    mien, autre = site(CHEZ_MOI), site(AILLEURS)
    mien.etablissement.direction.add(direction)
    client = ClientStrict()
    client.force_login(direction)
    return SimpleNamespace(direction=direction, client=client, mien=mien, autre=autre)


def ecrans(utilisateur):
    """The models whose list this login may open."""
    requete = RequestFactory().get("/gestion/")
    requete.user = utilisateur
    for modele, ecran in admin.site._registry.items():
        if ecran.has_view_permission(requete):
            yield modele._meta.label_lower


def adresse(modele, page, *cles):
    return reverse(f"admin:{modele.replace('.', '_')}_{page}", args=cles)


def test_every_model_that_a_direction_reads_is_limited_or_said_common(scene):
    lus = set(ecrans(scene.direction))
    assert lus - set(DU_SITE) - set(COMMUN) == set(), "dire à quel site il tient, ou pourquoi il est commun"
    assert (set(DU_SITE) | set(COMMUN)) - lus == set(), "la direction ne les lit plus"


@pytest.mark.parametrize("modele", sorted(DU_SITE))
def test_the_list_shows_the_sites_own_and_no_other(scene, modele):
    liste = adresse(modele, "changelist")
    texte = scene.client.get(liste).content.decode()
    assert CHEZ_MOI in texte
    assert AILLEURS not in texte
    # Neither by searching, nor by naming the other in a filter of the address.
    for demande in (
        {"q": "canari-ailleurs"},
        {"q": "zoe"},
        {"famille__id__exact": scene.autre.famille.pk},
        {"enfant__id__exact": scene.autre.enfant.pk},
        {"etablissement__id__exact": scene.autre.etablissement.pk},
        {"all": "1"},
    ):
        reponse = scene.client.get(liste, demande, follow=True)
        assert AILLEURS not in reponse.content.decode(), demande


@pytest.mark.parametrize("page", ["change", "history", "delete"])
@pytest.mark.parametrize("modele", sorted(DU_SITE))
def test_an_object_of_another_site_does_not_exist(scene, modele, page):
    sien, autre = DU_SITE[modele](scene.mien), DU_SITE[modele](scene.autre)
    reponse = scene.client.get(adresse(modele, page, autre.pk), follow=True)
    assert AILLEURS not in reponse.content.decode()
    if page == "change":
        assert CHEZ_MOI in scene.client.get(adresse(modele, page, sien.pk)).content.decode()
    scene.client.post(adresse(modele, page, autre.pk), {"nom": "PIRATE", "post": "yes"}, follow=True)
    autre.refresh_from_db()
    assert "PIRATE" not in str(autre)


def test_what_a_direction_may_not_open_answers_nothing_of_another_site(scene):
    """Households, documents, invoices, requests, mails, traces, files: closed whole, whatever the site."""
    lus = set(ecrans(scene.direction))
    for modele in admin.site._registry:
        nom = modele._meta.label_lower
        if nom in lus:
            continue
        assert scene.client.get(adresse(nom, "changelist")).status_code == 403, nom
    for nom, objet in (
        ("familles.famille", scene.autre.famille),
        ("documents.document", scene.autre.document),
        ("reservations.demande", scene.autre.demande),
    ):
        reponse = scene.client.get(adresse(nom, "change", objet.pk), follow=True)
        assert reponse.status_code == 403
        assert AILLEURS not in reponse.content.decode()


def test_the_health_of_a_child_of_another_site_is_closed_and_no_reading_is_logged(scene):
    page = reverse("admin:enfants_enfant_sante", kwargs={"cle": scene.autre.enfant.cle})
    assert scene.client.get(page).status_code == 404
    assert not LectureSante.objects.exists()
    assert scene.client.get(page.replace(str(scene.autre.enfant.cle), str(scene.mien.enfant.cle))).status_code == 200


def test_the_choices_of_filters_and_of_autocompletion_name_no_other_site(scene):
    for modele in sorted(DU_SITE):
        assert AILLEURS not in scene.client.get(adresse(modele, "changelist")).content.decode()
    for app, modele, champ in (
        ("reservations", "reservation", "periode"),
        ("reservations", "reservation", "enfant"),
        ("reservations", "prestation", "periode"),
        ("reservations", "accueil", "etablissement"),
        ("enfants", "rattachement", "famille"),
    ):
        reponse = scene.client.get(
            reverse("admin:autocomplete"),
            {"app_label": app, "model_name": modele, "field_name": champ, "term": "CANARI"},
        )
        assert AILLEURS not in reponse.content.decode()


def test_the_gestures_of_the_service_refuse_a_direction(scene):
    """Every extra address of the staff's site, asked about another site's objects."""
    fuites = []
    for nom in set(noms_d_url()) - PAGES_DU_SITE:
        if not nom.startswith("admin:"):
            continue
        for objet in (scene.autre.enfant, scene.autre.reservation, scene.autre.periode, scene.autre.famille):
            for cles in ({"pk": objet.pk}, {"cle": objet.cle} if hasattr(objet, "cle") else {}, {}):
                try:
                    chemin = reverse(nom, kwargs=cles)
                except NoReverseMatch:
                    continue
                reponse = scene.client.get(chemin)
                contenu = b"" if reponse.streaming else reponse.content
                if AILLEURS.encode() in contenu:
                    fuites.append(chemin)
    assert fuites == []


def test_without_the_limit_the_other_site_would_be_read(scene, monkeypatch):
    """Negative control: the marker is really on those pages."""
    monkeypatch.setattr("reservations.acces.limiter_aux_sites", lambda objets, utilisateur, chemin: objets)
    assert AILLEURS in scene.client.get(adresse("reservations.reservation", "changelist")).content.decode()
