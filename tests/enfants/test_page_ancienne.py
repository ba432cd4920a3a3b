"""A page of the staff's site that was opened before somebody else wrote: it writes over nothing."""

from enfants.models import Enfant, Rattachement
from tests.enfants.conftest import page_de
from tests.versions import versions_lues


def saisie_de(client, enfant):
    """What a browser sends back of a child's page that was just opened."""
    lien = enfant.rattachements.get()
    return versions_lues(client, page_de(enfant)) | {
        "nom": enfant.nom, "prenom": enfant.prenom, "date_naissance": f"{enfant.date_naissance:%d/%m/%Y}",
        "sexe": enfant.sexe, "niveau": enfant.niveau, "lieu_naissance": enfant.lieu_naissance,
        "departement_naissance": enfant.departement_naissance,
        "rattachements-TOTAL_FORMS": "1", "rattachements-INITIAL_FORMS": "1", "rattachements-0-id": lien.pk,
        "rattachements-0-enfant": enfant.pk, "rattachements-0-famille": lien.famille_id,
        "rattachements-0-garde": lien.garde, "rattachements-0-vacances": lien.vacances,
    }  # fmt: skip


def test_an_old_page_does_not_write_over_the_passage_made_meanwhile(client, agent, baptiste):
    Enfant.objects.filter(pk=baptiste.pk).update(niveau="ce1")
    baptiste.refresh_from_db()
    client.force_login(agent)
    saisie = saisie_de(client, baptiste) | {"prenom": "Baptiste-Marie"}
    Enfant.objects.filter(pk=baptiste.pk).update(niveau="ce2", maintenu=True)
    refus = client.post(page_de(baptiste), saisie)
    baptiste.refresh_from_db()
    assert (refus.status_code, baptiste.niveau, baptiste.prenom) == (200, "ce2", "BAPTISTE")
    texte = refus.content.decode()
    assert "Quelqu’un d’autre a modifié cette fiche" in texte
    assert "Niveau\xa0: CE2" in texte
    formulaire = refus.context["adminform"].form
    # What was typed is kept; what was not touched is shown as it is now, and a second press keeps both.
    assert [formulaire[nom].value() for nom in ("prenom", "niveau", "maintenu")] == ["Baptiste-Marie", "ce2", True]
    saisie |= {"niveau": "ce2", "maintenu": "on", "version_lue": formulaire["version_lue"].value()}
    assert client.post(page_de(baptiste), saisie).status_code == 302
    baptiste.refresh_from_db()
    assert (baptiste.niveau, baptiste.maintenu, baptiste.prenom) == ("ce2", True, "Baptiste-Marie")


def test_an_old_page_does_not_write_over_the_custody_settled_meanwhile(client, agent, baptiste):
    client.force_login(agent)
    saisie = saisie_de(client, baptiste) | {"rattachements-0-vacances": "premiere"}
    Rattachement.objects.filter(enfant=baptiste).update(garde="semaines_impaires")
    refus = client.post(page_de(baptiste), saisie)
    assert "Quelqu’un d’autre a modifié cette fiche" in refus.content.decode()
    lien = baptiste.rattachements.get()
    assert (lien.garde, lien.vacances) == ("semaines_impaires", "habitude")


def test_a_form_that_says_no_version_writes_nothing(client, agent, baptiste):
    client.force_login(agent)
    saisie = {nom: valeur for nom, valeur in saisie_de(client, baptiste).items() if not nom.endswith("version_lue")}
    refus = client.post(page_de(baptiste), saisie | {"prenom": "AUTRE"})
    assert "Cette page est incomplète" in refus.content.decode()
    baptiste.refresh_from_db()
    assert baptiste.prenom == "BAPTISTE"


def test_who_may_only_read_a_child_opens_its_page(client, direction, baptiste):
    client.force_login(direction)
    assert "version_lue" not in client.get(page_de(baptiste)).content.decode()
