"""Erasing a household: nothing of it is left but what is declared, and nothing of anybody else is touched."""

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from documents import coffre
from dossiers import registre
from dossiers.actions import effacement
from dossiers.erreurs import DossierRefuse
from enfants.models import Autorisation, Enfant, FicheSanitaire, LectureSante, PersonneAutorisee, Rattachement
from facturation.models import Facture
from familles.models import Famille, Responsable, Utilisateur
from portail.commun.models import Courriel, Trace
from reservations.models import Presence
from tests.client import ClientStrict
from tests.dossiers.scenes import dossier_complet, fichiers_des_documents, partager, solder
from tests.portail.jumelles import lignes, offre

#: The accounting keeps the debtor as it was written; nothing else may still hold a word of the household.
GARDEES = {
    "facturation_facture",
    "facturation_lignefacture",
    "facturation_pdffacture",
    "facturation_notificationrecue",
}


@pytest.fixture
def la_commune_offre(commune):
    return offre()


@pytest.fixture
def partie(la_commune_offre, tmp_path, settings):
    settings.DOSSIER_DONNEES = tmp_path
    return dossier_complet("partie", la_commune_offre, tmp_path)


@pytest.fixture
def agent(la_commune_offre):
    return la_commune_offre.regisseur


def effacer(f, agent):
    return effacement.effacer(
        famille=f.famille, motif="Demande du 10/01/2018", auteur=agent, maintenant=f.offre.maintenant
    )


def restes(f):
    """Tables where a word of the household is still to be found."""
    mots = (f.canari, f.login.email, f.responsable.telephone_mobile)
    return {table for table, ligne in lignes() if any(mot in ligne for mot in mots)}


def test_nothing_of_the_household_is_left_but_the_accounting(partie, agent):
    solder(partie)
    assert len(restes(partie)) > 15, "le témoin : avant, il y en a partout"
    effacer(partie, agent)
    assert restes(partie) <= GARDEES
    assert not FicheSanitaire.objects.filter(enfant=partie.enfant).exists()


def test_each_table_of_the_scene_is_a_declared_one(partie):
    """The scene has something in nearly every model that hangs on a household: the erasure is tried for real."""
    pleines = {p.modele for p in registre.du_foyer() if p.classe._default_manager.exists()}
    assert len(pleines) >= 30
    assert {"enfants.FicheSanitaire", "documents.Document", "inscriptions.PieceDossier", "commun.Trace"} <= pleines


def test_the_accounting_is_untouched(partie, agent):
    solder(partie)
    avant = {paire for paire in lignes() if paire[0] in GARDEES | {"facturation_paiement", "facturation_affectation"}}
    effacer(partie, agent)
    assert avant <= lignes()
    famille = Famille.objects.get(pk=partie.famille.pk)
    assert famille.code == Facture.objects.filter(famille=famille).first().debiteur_code
    assert (famille.nom, famille.adresse) == ("FAMILLE EFFACÉE", "")
    assert famille.archivee_le is not None


def test_the_files_go_when_the_erasure_is_committed_and_not_before(partie, agent, django_capture_on_commit_callbacks):
    solder(partie)
    fichiers = [coffre.chemin(nom) for nom in fichiers_des_documents(partie.famille)]
    assert all(fichier.exists() for fichier in fichiers)
    assert fichiers
    with django_capture_on_commit_callbacks() as apres:
        effacer(partie, agent)
    assert all(fichier.exists() for fichier in fichiers)
    for rappel in apres:
        rappel()
    assert not any(fichier.exists() for fichier in fichiers)


def test_a_shared_child_stays_intact_in_its_other_household(partie, agent, la_commune_offre):
    reste = dossier_complet("reste", la_commune_offre)
    enfant = partager(partie, reste)
    PersonneAutorisee.objects.create(enfant=enfant, famille=partie.famille, nom="A", prenom="B", lien="voisin")
    garde = PersonneAutorisee.objects.create(enfant=enfant, famille=reste.famille, nom="C", prenom="D", lien="tante")
    solder(partie)
    avant = {ligne for table, ligne in lignes() if table != "enfants_rattachement" and reste.canari in ligne}
    effacer(partie, agent)
    assert avant <= {ligne for _, ligne in lignes()}
    lien = Rattachement.objects.get(enfant=enfant)
    assert (lien.famille, lien.payeur) == (reste.famille, None)
    assert Enfant.objects.get(pk=enfant.pk).prenom.startswith("Zoé")
    assert FicheSanitaire.objects.filter(enfant=enfant).exists()
    assert list(PersonneAutorisee.objects.filter(enfant=enfant)) == [garde]
    assert not Autorisation.objects.filter(famille=partie.famille).exists()


def test_a_child_that_nothing_kept_refers_to_is_deleted_and_the_other_keeps_its_year_only(partie, agent):
    solder(partie)
    effacer(partie, agent)
    assert not Enfant.objects.filter(pk=partie.cadet.pk).exists()
    reste = Enfant.objects.get(pk=partie.enfant.pk)
    assert (str(reste), f"{reste.date_naissance:%d/%m/%Y}") == ("ENFANT effacé", "01/01/2011")


def test_the_days_stay_without_their_written_reasons(partie, agent):
    solder(partie)
    nombre = Presence.objects.filter(reservation__famille=partie.famille).count()
    effacer(partie, agent)
    jours = Presence.objects.filter(reservation__famille=partie.famille)
    assert jours.count() == nombre > 0
    assert {jour.motif for jour in jours} == {""}


def test_the_login_is_closed_with_its_sessions(partie, agent):
    solder(partie)
    ouvert = ClientStrict()
    ouvert.force_login(partie.login)
    ouvert.get(reverse("espace"))
    session = ouvert.session.session_key
    effacer(partie, agent)
    compte = Utilisateur.objects.get(pk=partie.login.pk)
    assert (compte.is_active, compte.has_usable_password(), compte.email.endswith("@invalid")) == (False, False, True)
    assert not compte.emailaddress_set.exists()
    assert ouvert.get(reverse("espace")).status_code == 302
    assert not Session.objects.filter(session_key=session).exists()


def test_an_adult_of_two_households_keeps_the_login_of_the_other(partie, agent, autre_famille):
    Responsable.objects.create(
        famille=autre_famille, utilisateur=partie.login, rang=2, nom="X", prenom="Y", email=partie.login.email
    )
    solder(partie)
    effacer(partie, agent)
    compte = Utilisateur.objects.get(pk=partie.login.pk)
    assert (compte.is_active, compte.email) == (True, partie.login.email)
    assert Courriel.objects.filter(destinataire=compte.email, famille_cle=None, sujet=partie.canari).exists()
    assert list(Famille.objects.de(compte)) == [autre_famille]


def test_a_member_of_the_staff_keeps_their_login(partie, agent):
    Utilisateur.objects.filter(pk=partie.login.pk).update(is_staff=True)
    solder(partie)
    effacer(partie, agent)
    assert Utilisateur.objects.get(pk=partie.login.pk).is_active


def test_a_mail_that_waits_is_never_sent(partie, agent):
    solder(partie)
    effacer(partie, agent)
    assert not Courriel.objects.dus_au(timezone.now()).filter(famille_cle=partie.famille.cle).exists()
    assert Courriel.objects.filter(famille_cle=partie.famille.cle, sujet="Courriel effacé").exists()


def test_the_trail_still_says_who_did_what_and_when_and_by_whom_it_was_erased(partie, agent):
    solder(partie)
    avant = set(Trace.objects.values_list("pk", "auteur", "geste", "le"))
    effacer(partie, agent)
    assert avant <= set(Trace.objects.values_list("pk", "auteur", "geste", "le"))
    derniere = Trace.objects.get(geste="famille.effacee")
    assert (derniere.auteur, derniere.libelle, derniere.motif) == (agent, partie.famille.code, "Demande du 10/01/2018")


@pytest.mark.parametrize("valeurs", ["libelle = 'autre'", "auteur_id = NULL", "le = now()", "geste = ''"])
def test_even_an_erasure_may_only_blank_a_trace(partie, valeurs):
    """The database refuses to rewrite the trail, whoever signs."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT set_config('portail.effacement', 'oui', true)")
        with pytest.raises(DatabaseError), transaction.atomic():
            curseur.execute(f"UPDATE commun_trace SET {valeurs}")


def test_money_and_days_that_wait_refuse_it_all_at_once_and_nothing_moves(partie, agent):
    avant = lignes()
    with pytest.raises(DossierRefuse) as refus:
        effacer(partie, agent)
    phrases = " ".join(refus.value.phrases())
    for morceau in ("n’est pas soldée : il reste 5,25", "Un paiement est en cours", "à venir : annulez d’abord"):
        assert morceau in phrases.replace("\xa0", " ")
    assert lignes() == avant


def test_what_the_health_log_says_stays(partie, agent):
    LectureSante.objects.create(
        le=timezone.now(), utilisateur=agent, enfant_cle=partie.enfant.cle, page="enfants:fiche"
    )
    solder(partie)
    effacer(partie, agent)
    assert LectureSante.objects.filter(enfant_cle=partie.enfant.cle).count() == 1


def test_an_erased_household_is_not_erased_again(partie, agent):
    solder(partie)
    effacer(partie, agent)
    partie.famille.refresh_from_db()
    with pytest.raises(DossierRefuse, match="déjà effacée"):
        effacer(partie, agent)


def test_the_preview_says_the_same_and_changes_nothing(partie, agent):
    solder(partie)
    avant = lignes()
    annonce = effacement.apercu(partie.famille)
    assert lignes() == avant
    assert annonce == effacer(partie, agent)
    assert {ligne.sort for ligne in annonce} == {"Effacée", "Rendue anonyme", "Conservée", "Détachée de la famille"}
    # As a person reads it: the household, its adults, its children, and the traces at the end.
    noms = [ligne.quoi for ligne in annonce]
    assert noms[0] == "La famille"
    assert noms.index("Adultes de la famille") < noms.index("Enfants") < noms.index("Factures")
    assert noms.index("Factures") < noms.index("Qui a fait quoi")
