"""Who may open what: invoices and attempts of one's own household; staff who may see invoices read their PDF."""

from tests.droits import connectes, parents, public
from tests.facturation import scenes


def preparer(scene):
    scene.regie = scenes.regie()
    prestation = scenes.prestation(scene.regie)
    scene.facture = scenes.facture_emise(scene.famille, prestation, scene.regisseur, scene.enfant)
    scene.tentative = scenes.tentative([scene.facture], scene.parent)


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
