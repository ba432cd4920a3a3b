"""The main job, end to end, by people in a browser and through every real process.

A family books, is accepted, is invoiced, pays, and gets its mails and its PDF.
"""

import hashlib
import re

import pikepdf
import pytest
from playwright.sync_api import expect

from tests.navigateur.gestes import (
    PARENT,
    cocher_des_matins,
    envoyer_la_demande,
    mois_suivant,
    ouvrir_le_planning,
    payer_par_carte,
    se_connecter,
)
from tests.navigateur.pile import attendre

pytestmark = pytest.mark.navigateur

#: Each screen books in a month of its own, so that the second journey finds free days and a new invoice.
MOIS_PLUS_LOIN = {"telephone": 2, "ordinateur": 3}


def test_a_family_books_is_accepted_is_invoiced_and_pays(ouvrir, pile, ecran, tmp_path):
    pile.boite.messages.clear()
    parent, agent, regisseur = ouvrir(ecran), ouvrir(), ouvrir()
    se_connecter(parent, PARENT)

    # 1. The family books three mornings.
    ouvrir_le_planning(parent, "BAPTISTE")
    mois_suivant(parent, MOIS_PLUS_LOIN[ecran])
    cocher_des_matins(parent, 3)
    parent.get_by_role("button", name="Vérifier ma demande").click()
    expect(parent.locator("main")).to_contain_text("5,25\xa0€")
    parent.go_back()
    numero = envoyer_la_demande(parent)
    assert numero in pile.boite.attendre(PARENT, "demande").get_body(("plain",)).get_content()

    # 2. An agent accepts.
    se_connecter(agent, "agent@exemple.fr")
    agent.goto(f"/gestion/reservations/demande/?q={numero.partition('-')[0]}")
    ligne = agent.locator("#result_list tbody tr", has_text=numero)
    ligne.locator("input.action-select").check()
    agent.locator("select[name=action]").select_option(label="Accepter")
    agent.get_by_role("button", name=re.compile("Envoyer|Exécuter|Go")).click()
    assert pile.boite.attendre(PARENT, "accept")
    jours = pile.lire(
        "SELECT c.jour FROM reservations_presence p JOIN reservations_creneau c ON c.id = p.creneau_id "
        "JOIN reservations_demande d ON d.id = p.demande_id JOIN reservations_reservation r ON r.id = d.reservation_id "
        "WHERE p.etat = 'acceptee' AND r.numero = %s AND d.rang = %s ORDER BY c.jour",
        *map(int, numero.split("-")),
    )
    assert len(jours) == 3

    # 3. The régisseur drafts the month, looks, and issues.
    se_connecter(regisseur, "regisseur@exemple.fr")
    regisseur.goto("/gestion/facturation/campagne/add/")
    regisseur.locator("[name=libelle]").fill(f"Essai {ecran}")
    regisseur.locator("[name=du]").fill(jours[0][0].isoformat())
    regisseur.locator("[name=au]").fill(jours[-1][0].isoformat())
    regisseur.get_by_role("button", name="Préparer le brouillon").click()
    expect(regisseur.locator("#content-main")).to_contain_text("AABELIUM")
    regisseur.get_by_role("button", name=re.compile("^Émettre")).click()
    courriel = pile.boite.attendre(PARENT, "facture")
    numero_facture = re.search(r"\b(\d{5})\b", courriel["Subject"] + courriel.get_body(("plain",)).get_content())[1]

    # 4. The family reads it, keeps the PDF, and pays on the payment service's own site.
    parent.goto("/factures/")
    parent.get_by_role("link", name=re.compile(numero_facture)).first.click()
    expect(parent.locator("main")).to_contain_text(" ".join(f"{jour:%d/%m}" for (jour,) in jours))
    expect(parent.locator("main")).to_contain_text("5,25\xa0€")
    # Drawn at its first reading: on a busy machine that is longer than a click waits for its page.
    with parent.expect_download(timeout=60_000) as telechargement:
        parent.get_by_role("link", name=re.compile("Télécharger")).click(no_wait_after=True)
    telechargement.value.save_as(tmp_path / "facture.pdf")
    octets = (tmp_path / "facture.pdf").read_bytes()
    with pikepdf.open(tmp_path / "facture.pdf") as pdf:
        assert "/StructTreeRoot" in pdf.Root
    ((empreinte, emise),) = pile.lire(
        "SELECT p.sha256, f.etat FROM facturation_pdffacture p JOIN facturation_facture f ON f.id = p.facture_id "
        "WHERE f.numero = %s",
        int(numero_facture),
    )
    assert (hashlib.sha256(octets).hexdigest(), "emise") == (empreinte, emise)

    parent.goto("/factures/payer/")
    for case in parent.locator("input[name=factures]").all():
        case.uncheck()
    parent.locator("tr", has_text=numero_facture).locator("input[name=factures]").check()
    parent.get_by_role("button", name="Accéder au paiement").click()
    parent.wait_for_url(f"{pile.simulateur}/**")
    expect(parent.locator("body")).to_contain_text("5,25")
    payer_par_carte(parent)
    expect(parent.locator("body")).to_contain_text("accepté")
    assert pile.boite.attendre(PARENT, "paiement")

    # 5. Waiting for validation, then validated by the régisseur, and receipted.
    parent.goto("/factures/")
    expect(parent.locator("tr", has_text=f"Facture n° {numero_facture}").first).to_contain_text("en attente")
    ((paiement,),) = pile.lire(
        "SELECT a.paiement_id FROM facturation_affectation a JOIN facturation_facture f ON f.id = a.facture_id "
        "WHERE f.numero = %s",
        int(numero_facture),
    )
    regisseur.goto(f"/gestion/facturation/paiement/{paiement}/change/")
    regisseur.get_by_role("button", name="Valider ce paiement").click()
    assert pile.boite.attendre(PARENT, "quittance")
    parent.goto("/factures/")
    expect(parent.locator("tr", has_text=f"Facture n° {numero_facture}").first).to_contain_text("oldée")


def test_nothing_acknowledged_is_lost_when_processes_die(ouvrir, pile):
    parent, agent = ouvrir("telephone"), ouvrir()
    se_connecter(parent, PARENT)
    ouvrir_le_planning(parent, "LOUISE")
    mois_suivant(parent, 2)
    cocher_des_matins(parent, 2)

    # The worker and the beat die before the family sends: the request is kept, its mail is a row.
    pile.tuer("worker", "beat")
    numero = envoyer_la_demande(parent)
    avant = len(pile.boite.messages)

    # The web process dies at once after its answer, then comes back: the family finds its request again.
    pile.tuer("web")
    pile.lancer("web")
    parent.goto("/reservations/")
    expect(parent.locator("main")).to_contain_text(numero.partition("-")[0])
    se_connecter(agent, "agent@exemple.fr")
    agent.goto("/gestion/reservations/demande/")
    expect(agent.locator("#result_list")).to_contain_text(numero)
    ((dus,),) = pile.lire("SELECT count(*) FROM commun_courriel WHERE etat = 'a_envoyer'")
    assert dus >= 1
    assert len(pile.boite.messages) == avant

    # The worker comes back: what was due leaves, once.
    pile.lancer("worker", "beat")
    attendre(
        lambda: pile.lire("SELECT count(*) FROM commun_courriel WHERE etat = 'a_envoyer'") == [(0,)],
        quoi="les courriels dus",
        secondes=90,
    )
    recus = [m for m in pile.boite.pour(PARENT, "demande") if numero in m.get_body(("plain",)).get_content()]
    assert len({m["Message-ID"] for m in recus}) == len(recus) == 1
