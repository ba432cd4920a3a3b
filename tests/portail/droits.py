from tests.droits import connectes, public

DROITS = {
    "accueil": public(),
    "espace": connectes(agent=302, direction=302, regisseur=302, comptable=302, administrateur=302),
    "demo_composants": public(),
    "demo_courriels": public(),
    "sante_pret": public(),
    "sante_vivant": public(),
}
