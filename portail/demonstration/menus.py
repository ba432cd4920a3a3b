"""The canteen of the demonstration town: some weeks of meals around today, the last one still a draft."""

from __future__ import annotations

from datetime import date, timedelta

from contenu.actions import menus as actions
from contenu.enums import Service
from contenu.models import SemaineDeMenus
from contenu.regles import Jour, Plat, lundi_de

SEMAINES_PASSEES = 2
SEMAINES_A_VENIR = 2

#: Two weeks that alternate: for each day, each course as « name | labels | allergens ».
SEMAINES: list[list[list[str]]] = [
    [
        [
            "Carottes râpées|bio local maison|moutarde sulfites",
            "Filet de colin, sauce citron|peche_durable|poissons lait",
            "Riz de Camargue|aop|",
            "Yaourt nature|bio local|lait",
            "Pomme|bio local|",
        ],
        [
            "Velouté de potiron|maison local|lait",
            "Parmentier de lentilles|vegetarien maison bio|lait",
            "Salade verte|local|moutarde",
            "Tomme|aop|lait",
            "Compote de poires|maison|",
        ],
        [
            "Betteraves|bio|moutarde sulfites",
            "Sauté de dinde aux champignons|label_rouge|lait gluten",
            "Haricots verts|bio|",
            "Fromage blanc|local|lait",
            "Gâteau au yaourt|maison|gluten oeufs lait",
            "Pain et chocolat||gluten lait soja",
        ],
        [
            "Œuf mayonnaise|bio|oeufs moutarde",
            "Bœuf bourguignon|local maison|gluten sulfites celeri",
            "Pommes vapeur|bio local|",
            "Camembert|aop|lait",
            "Clémentines||",
        ],
        [
            "Salade de pâtes|bio|gluten",
            "Omelette aux fines herbes|vegetarien bio|oeufs lait",
            "Ratatouille|maison|",
            "Petit-suisse|bio|lait",
            "Far breton|maison|gluten oeufs lait",
        ],
    ],
    [
        [
            "Céleri rémoulade|bio maison|celeri oeufs moutarde",
            "Poulet rôti|label_rouge|",
            "Frites au four||",
            "Gouda||lait",
            "Banane|bio|",
        ],
        [
            "Potage de légumes|local maison|celeri lait",
            "Chili végétarien|vegetarien bio|",
            "Riz|bio|",
            "Yaourt aux fruits|bio local|lait",
            "Poire|local|",
        ],
        [
            "Taboulé|maison|gluten",
            "Rôti de porc aux pruneaux (ou galette de pois chiches)|local|sulfites",
            "Purée de carottes|bio maison|lait",
            "Emmental||lait",
            "Salade de fruits|maison|",
            "Brioche et lait|local|gluten oeufs lait",
        ],
        [
            "Salade de mâche et noix|local|fruits_a_coque moutarde",
            "Lasagnes de bœuf|maison local|gluten lait oeufs celeri",
            "Salade verte|local|moutarde",
            "Fromage blanc|local|lait",
            "Compote de pommes|bio local|",
        ],
        [
            "Macédoine||oeufs moutarde",
            "Brandade de merlu|peche_durable maison|poissons lait",
            "Salade de chou rouge|bio|moutarde",
            "Yaourt à la vanille|bio|lait",
            "Crêpe au caramel|maison|gluten oeufs lait",
        ],
    ],
]


def charger_menus(jour: date, auteur: object, maintenant: object) -> None:
    """Write the weeks around ``jour`` that are missing; the last one is not published yet."""
    lundi = lundi_de(jour)
    for rang in range(-SEMAINES_PASSEES, SEMAINES_A_VENIR + 1):
        debut = lundi + timedelta(days=7 * rang)
        if SemaineDeMenus.objects.filter(lundi=debut, accueil_cle=None).exists():
            continue
        qui = {"auteur": auteur, "maintenant": maintenant}
        semaine = actions.ouvrir(lundi=debut, accueil_cle=None, accueil_nom="", source=None, **qui)  # type: ignore[arg-type]
        actions.enregistrer(semaine=semaine, jours=_jours(debut), version=0, **qui)  # type: ignore[arg-type]
        if rang < SEMAINES_A_VENIR:
            actions.publier(semaine=semaine, publiee=True, **qui)  # type: ignore[arg-type]


def _jours(lundi: date) -> list[Jour]:
    semaine = SEMAINES[lundi.isocalendar().week % len(SEMAINES)]
    return [
        Jour(
            jour=lundi + timedelta(days=rang),
            plats=tuple(_plat(service, ligne) for service, ligne in zip(Service, plats, strict=False)),
        )
        for rang, plats in enumerate(semaine)
    ]


def _plat(service: Service, ligne: str) -> Plat:
    nom, labels, allergenes = ligne.split("|")
    return Plat(service, nom, tuple(labels.split()), tuple(allergenes.split()))
