from tests.dossiers import fichiers
from tests.droits import gestion, parents


def preparer(scene):
    importation = fichiers.recevoir(fichiers.en_csv(fichiers.lignes()), scene.administrateur)
    scene.importation = fichiers.verifier(importation)


def cle_import(scene):
    return {"object_id": scene.importation.pk}


def cle_gestion(scene):
    return {"pk": scene.famille.pk}


DROITS = {
    "admin:dossiers_importation_colonnes": gestion("administrateur", cles=cle_import),
    "admin:dossiers_importation_problemes": gestion("administrateur", cles=cle_import),
    **{
        f"admin:dossiers_importation_{geste}": gestion("administrateur", methode="post", succes=302, cles=cle_import)
        for geste in ("confirmer", "interrompre", "reprendre", "jeter")
    },
    # A stranger sees their own household there.
    "dossiers:mes_donnees": parents(etranger=200),
    "dossiers:telecharger": parents("post", cles=lambda scene: {"cle": scene.famille.cle}),
    "admin:dossiers_famille_exporter": gestion("agent", methode="post", cles=cle_gestion),
    "admin:dossiers_famille_effacer": gestion(
        "agent",
        methode="post",
        succes=302,
        cles=cle_gestion,
        donnees=lambda scene: {"motif": "Demande écrite", "code": scene.famille.code},
    ),
}
