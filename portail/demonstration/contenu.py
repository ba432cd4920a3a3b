"""What the demonstration town says: its identity, the whole menu of the tutorial, the welcome news."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from contenu.models import Actualite, Commune, DeclarationAccessibilite, PageInformation

TEXTES = Path(__file__).parent / "textes"

IDENTITE = {
    "nom": "Mairie de Batz-sur-Mer",
    "commune": "Batz-sur-Mer",
    "adresse": "34 Rue Jean XXIII",
    "code_postal": "44740",
    "telephone": "02.40.23.92.25",
    "courriel": "sej@mairie-batzsurmer.fr",
    "site": "https://www.batzsurmer.fr",
    "horaires": "Du lundi au vendredi : 9 h à 12 h et 14 h à 17 h\nLe mercredi : 9 h à 12 h",
    "directeur_publication": "Le maire de Batz-sur-Mer",
    "hebergeur": "Démonstration hébergée sur la machine qui affiche cette page.",
}

#: Headings of the menu, each with its pages: ``(address, title)``, in the order of the tutorial.
MENU: list[tuple[str, str, list[tuple[str, str]]]] = [
    (
        "accueils",
        "Les accueils périscolaires et extrascolaires",
        [
            ("restaurant-scolaire", "Le restaurant scolaire"),
            ("accueil-periscolaire", "Accueil périscolaire"),
            ("temps-activites-periscolaires", "TAP – temps d’activité périscolaire"),
            ("accueil-de-loisirs", "Accueil de loisirs"),
            ("espace-jeunes-la-hurlette", "Espace Jeunes « La Hurlette »"),
        ],
    ),
    (
        "modalites-inscription",
        "Modalités d’inscription",
        [
            ("portail-famille", "Portail Famille"),
            ("groupe-scolaire-alain-boutle", "Groupe scolaire Alain Boutle"),
            ("ecole-sainte-marie-saint-pierre", "École Sainte-Marie-Saint Pierre"),
            ("colleges-et-lycees", "Collèges et lycées"),
        ],
    ),
    (
        "tarifs",
        "Les tarifs",
        [
            ("tarifs-restauration-scolaire", "Tarifs restauration scolaire"),
            ("tarifs-accueil-de-loisirs", "Tarifs ALSH"),
        ],
    ),
    (
        "boite-a-outils",
        "Boîte à outils",
        [
            ("tutoriel", "Tutoriel"),
            ("projet-educatif-de-territoire", "Projet éducatif de territoire"),
            ("fiche-inscription-portail-famille", "Fiche d’inscription au portail Famille"),
            ("mentions-cnil", "Mentions CNIL"),
        ],
    ),
]

#: Address, title, summary, days since its publication, days until its end, front page.
ACTUALITES = [
    (
        "bienvenue-sur-le-portail-famille",
        "Bonjour et bienvenue sur le portail famille de Batz-sur-Mer !",
        "Informations pratiques, inscriptions, réservations et paiement des factures, 7 j/7 et 24 h/24.",
        60,
        None,
        True,
    ),
    (
        "reservations-vacances",
        "Vacances : les réservations de l’accueil de loisirs",
        "Elles se font sur le portail, dans la limite des places.",
        6,
        45,
        False,
    ),
    (
        "assurance-scolaire",
        "Pensez à l’attestation d’assurance",
        "Elle est demandée chaque année pour chaque enfant accueilli.",
        15,
        120,
        False,
    ),
]


@transaction.atomic
def charger_contenu(maintenant: datetime) -> None:
    """Write what is missing of the town's content; what staff changed since is left as it is."""
    commune, _ = Commune.objects.get_or_create(pk=1, defaults=IDENTITE)
    DeclarationAccessibilite.objects.get_or_create(commune=commune)
    for rang, (slug, titre, pages) in enumerate(MENU, start=1):
        rubrique, _ = PageInformation.objects.get_or_create(slug=slug, defaults={"titre": titre, "ordre": rang})
        for ordre, (slug_page, titre_page) in enumerate(pages, start=1):
            PageInformation.objects.get_or_create(
                slug=slug_page,
                defaults={"titre": titre_page, "ordre": ordre, "parent": rubrique, "texte": texte(slug_page)},
            )
    for slug, titre, resume, depuis, pendant, a_la_une in ACTUALITES:
        publiee_le = maintenant - timedelta(days=depuis)
        Actualite.objects.get_or_create(
            slug=slug,
            defaults={
                "titre": titre,
                "resume": resume,
                "texte": texte(slug),
                "a_la_une": a_la_une,
                "publiee_le": publiee_le,
                "publiee_jusqu_au": publiee_le + timedelta(days=pendant) if pendant else None,
            },
        )


def texte(slug: str) -> str:
    return (TEXTES / f"{slug}.md").read_text(encoding="utf-8")
