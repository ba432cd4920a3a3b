from enfants.models import PersonneAutorisee
from tests.droits import connectes, gestion, parents

PERSONNE = {"nom": "LE GALL", "prenom": "Yann", "lien": "voisin", "telephone": "", "peut_chercher": "on"}


def preparer(scene):
    scene.personne = PersonneAutorisee.objects.create(
        enfant=scene.enfant, famille=scene.famille, nom="KERVELLA", prenom="Odile", lien="grand-mère"
    )


def cle(scene):
    return {"cle": scene.enfant.cle}


def cle_personne(scene):
    return {"cle": scene.enfant.cle, "personne": scene.personne.cle}


DROITS = {
    # The children of one's own households: an empty list for whoever has none.
    "enfants:liste": connectes(),
    "enfants:fiche": parents(cles=cle),
    "enfants:modifier_identite": parents("post", succes=302, cles=cle),
    "enfants:enregistrer_sante": parents(
        "post", succes=302, cles=cle, donnees=lambda scene: {"allergies": "arachide", "version": 0}
    ),
    "enfants:renouveler_sante": parents("post", succes=302, cles=cle),
    "enfants:enregistrer_vaccinations": parents("post", succes=302, cles=cle, donnees=lambda scene: {"version": 0}),
    "enfants:copier_medecin": parents("post", succes=302, cles=cle),
    "enfants:ajouter_personne": parents("post", succes=302, cles=cle, donnees=lambda scene: PERSONNE),
    "enfants:copier_personnes": parents("post", succes=302, cles=cle),
    "enfants:modifier_personne": parents("post", succes=302, cles=cle_personne, donnees=lambda scene: PERSONNE),
    "enfants:retirer_personne": parents("post", succes=302, cles=cle_personne),
    # Without any answer the form is shown again, with what is missing.
    "enfants:repondre_aux_autorisations": parents("post", succes=422, cles=cle),
    # The direction of the scene has no site: see ``tests/portail/test_direction.py``.
    "admin:enfants_enfant_sante": gestion("agent", direction=404, cles=cle),
    "admin:enfants_enfant_enregistrer_sante": gestion(
        "agent", methode="post", succes=302, cles=cle, donnees=lambda scene: {"version": 0}
    ),
    "admin:enfants_enfant_enregistrer_vaccinations": gestion(
        "agent", methode="post", succes=302, cles=cle, donnees=lambda scene: {"version": 0}
    ),
    "admin:enfants_passageannee_apercu": gestion("agent"),
    "admin:enfants_passageannee_passer": gestion("agent", methode="post", succes=302),
}
