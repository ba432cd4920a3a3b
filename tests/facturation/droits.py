"""Who may open what: invoices and attempts of one's own household; staff who may see invoices read their PDF."""

from facturation.models import Paiement
from tests.droits import connectes, gestion, parents, public
from tests.facturation import scenes


def preparer(scene):
    scene.regie = scenes.regie()
    prestation = scenes.prestation(scene.regie)
    scene.facture = scenes.facture_emise(scene.famille, prestation, scene.regisseur, scene.enfant)
    scene.tentative = scenes.tentative([scene.facture], scene.parent)
    scene.paiement = Paiement.objects.create(
        regie=scene.regie, famille=scene.famille, montant=1, mode="cheque", recu_le=scenes.PAYEE_LE
    )


def facture(scene):
    return {"cle": scene.facture.cle}


def tentative(scene):
    return {"cle": scene.tentative.cle}


DROITS = {
    "facturation:liste": connectes(),
    "facturation:payer": connectes(),
    "facturation:detail": parents(cles=facture),
    "facturation:pdf": parents(cles=facture, agent=200, regisseur=200, comptable=200),
    # Nothing ticked: the one who may pay is answered by the page and its sentence.
    "facturation:lancer": parents(
        "post", succes=422, cles=lambda scene: {"adresse": f"{scene.regie.cle}.{scene.famille.cle}"}
    ),
    "paiement:reprendre": parents("post", succes=303, cles=tentative),
    "paiement:abandonner": parents("post", succes=302, cles=tentative),
    # The payment service has no login; what protects is the token.
    "paiement:tipi_notification": public("post", cles=lambda scene: {"jeton": scene.tentative.jeton}),
}


def campagne(scene):
    return {"object_id": scene.facture.campagne_id}


def paiement(scene):
    return {"object_id": scene.paiement.pk}


for _geste in ("recalculer", "supprimer", "emettre", "reprendre"):
    # Issued already: the rule refuses and says so on the run's page; a form left empty is shown again.
    DROITS[f"admin:facturation_campagne_{_geste}"] = gestion(
        "regisseur", methode="post", succes=422 if _geste == "emettre" else 302, cles=campagne
    )
DROITS |= {
    "admin:facturation_paiement_saisir": gestion("regisseur"),
    "admin:facturation_paiement_valider": gestion("regisseur", methode="post", succes=302, cles=paiement),
    "admin:facturation_paiement_annuler": gestion("regisseur", methode="post", succes=302, cles=paiement),
    "admin:facturation_tentative_payee": gestion(
        "regisseur", methode="post", succes=302, cles=lambda scene: {"object_id": scene.tentative.pk}
    ),
    "admin:facturation_tentative_liberer": gestion(
        "regisseur", methode="post", succes=302, cles=lambda scene: {"object_id": scene.tentative.pk}
    ),
}
