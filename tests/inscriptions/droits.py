from django.core.cache import cache

from contenu import jetons as jetons_contact
from inscriptions import jetons
from tests.droits import gestion, public
from tests.fabriques import FabriqueFamille
from tests.inscriptions import fabriques


def preparer(scene):
    cache.clear()
    scene.brouillon = fabriques.dossier(courriel="brouillon@exemple.fr")
    fabriques.adulte(scene.brouillon, rang=2, prenom="Yann")
    scene.envoye = fabriques.dossier(envoye=True)
    scene.a_completer = fabriques.a_completer(courriel="complement@exemple.fr")
    scene.connue = FabriqueFamille()


def cle(scene):
    return {"jeton": jetons.dossier(scene.brouillon)}


def cle_envoye(scene):
    return {"jeton": jetons.dossier(scene.envoye)}


def avec(nom):
    def cles(scene):
        lignes = scene.brouillon.adultes.filter(rang=2) if nom == "adultes" else getattr(scene.brouillon, nom).all()
        return {**cle(scene), "cle": lignes.first().cle}

    return cles


def foyer(scene):
    return {"nom": "X", "adresse": "1 rue", "code_postal": "44740", "ville": "Batz-sur-Mer"}


def pk(scene):
    return {"pk": scene.envoye.pk}


def piece(scene):
    # A piece that the file does not have: staff who may look are told that it does not exist.
    return {"pk": scene.envoye.pk, "cle": scene.envoye.cle}


DROITS = {
    # The key that is too young is refused beside the form, for everybody alike.
    "inscriptions:accueil": public(
        "post", succes=422, donnees=lambda scene: {"courriel": "x@exemple.fr", "jeton": jetons_contact.nouveau()}
    ),
    "inscriptions:lien_envoye": public(),
    "inscriptions:fiche": public(),
    # Keys that were mailed: whoever holds one opens that file, and no other.
    "inscriptions:commencer": public(
        "post", succes=302, cles=lambda scene: {"jeton": jetons.invitation("nouvelle@exemple.fr")}
    ),
    "inscriptions:dossier": public(cles=cle_envoye),
    "inscriptions:foyer": public("post", succes=302, cles=cle, donnees=foyer),
    "inscriptions:adultes": public(cles=cle),
    "inscriptions:adulte_ajouter": public(
        "post", succes=302, cles=cle, donnees=lambda scene: {"nom": "X", "prenom": "Y", "lien": "pere"}
    ),
    "inscriptions:adulte": public(cles=avec("adultes")),
    "inscriptions:adulte_retirer": public("post", succes=302, cles=avec("adultes")),
    "inscriptions:enfants": public(cles=cle),
    "inscriptions:enfant_ajouter": public(cles=cle),
    "inscriptions:enfant": public(cles=avec("enfants")),
    "inscriptions:enfant_retirer": public("post", succes=302, cles=avec("enfants")),
    "inscriptions:pieces": public(cles=cle),
    "inscriptions:piece_retirer": public(
        "post", succes=404, cles=lambda scene: {**cle(scene), "cle": scene.brouillon.cle}
    ),
    "inscriptions:verification": public(cles=cle),
    "inscriptions:envoyer": public("post", succes=302, cles=cle, donnees=lambda scene: {"exact": "on"}),
    "inscriptions:corriger": public("post", succes=302, cles=cle_envoye),
    "inscriptions:abandonner": public("post", succes=302, cles=cle),
    "admin:inscriptions_dossierinscription_accepter": gestion("agent", cles=pk),
    "admin:inscriptions_dossierinscription_rattacher": gestion(
        "agent", cles=lambda scene: {"pk": scene.envoye.pk, "famille_pk": scene.connue.pk}
    ),
    "admin:inscriptions_dossierinscription_refuser": gestion(
        "agent", methode="post", succes=302, cles=pk, donnees=lambda scene: {"motif": "Hors commune"}
    ),
    "admin:inscriptions_dossierinscription_complement": gestion(
        "agent",
        methode="post",
        succes=302,
        cles=pk,
        donnees=lambda scene: {"motif": "Pour votre tarif", "autres": "Avis d’imposition"},
    ),
    "admin:inscriptions_dossierinscription_remettre": gestion(
        "agent", methode="post", succes=302, cles=lambda scene: {"pk": scene.a_completer.pk}
    ),
    "admin:inscriptions_dossierinscription_fichier": gestion(cles=piece, agent=404),
    "admin:inscriptions_dossierinscription_apercu": gestion(cles=lambda scene: {**piece(scene), "page": 1}, agent=404),
}
