from tests.droits import gestion, parents


def cle_gestion(scene):
    return {"pk": scene.famille.pk}


DROITS = {
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
