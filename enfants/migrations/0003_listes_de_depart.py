"""The lists that a town starts with and edits afterwards: vaccines with their legal bounds, authorisations, menus."""

from datetime import date

from django.db import migrations

REFORME_2018 = date(2018, 1, 1)
MENINGOCOQUES_2025 = date(2023, 7, 1)
FIN_MENINGOCOQUE_C = date(2023, 6, 30)
ONZE = "Code de la santé publique, L. 3111-2 (enfants nés à partir de 2018)"
DTP = "Code de la santé publique, L. 3111-2"
CALENDRIER = "Calendrier des vaccinations (recommandé)"
MENINGOCOQUES = "Décret n° 2024-694 du 5 juillet 2024"

#: code, name, diseases, compulsory, born from, born until, due from (months), source
VACCINS = [
    ("bcg", "BCG", "Tuberculose", False, None, None, 0, "Obligation suspendue depuis 2007"),
    ("dt-polio-1", "DT POLIO 1", "Diphtérie, tétanos, poliomyélite", True, None, None, 2, DTP),
    ("dt-polio-2", "DT POLIO 2", "Diphtérie, tétanos, poliomyélite", True, None, None, 4, DTP),
    ("dt-polio-rappel", "DT POLIO rappel (11 mois)", "Diphtérie, tétanos, poliomyélite", True, None, None, 11, DTP),
    (
        "dt-polio-6-ans",
        "DT POLIO rappel (6 ans)",
        "Diphtérie, tétanos, poliomyélite",
        False,
        None,
        None,
        72,
        CALENDRIER,
    ),
    (
        "dt-polio-11-ans",
        "DT POLIO rappel (11-13 ans)",
        "Diphtérie, tétanos, poliomyélite",
        False,
        None,
        None,
        132,
        CALENDRIER,
    ),
    ("coqueluche", "Coqueluche", "Coqueluche", True, REFORME_2018, None, 2, ONZE),
    ("hib", "Haemophilus influenzae b", "Infections à Haemophilus influenzae b", True, REFORME_2018, None, 2, ONZE),
    ("hepatite-b", "Hépatite B", "Hépatite B", True, REFORME_2018, None, 2, ONZE),
    ("pneumocoque", "Pneumocoque", "Infections à pneumocoque", True, REFORME_2018, None, 2, ONZE),
    (
        "meningocoque-c",
        "Méningocoque C",
        "Infections à méningocoque C",
        True,
        REFORME_2018,
        FIN_MENINGOCOQUE_C,
        5,
        ONZE,
    ),
    (
        "meningocoques-acwy",
        "Méningocoques ACWY",
        "Infections à méningocoques A, C, W et Y",
        True,
        MENINGOCOQUES_2025,
        None,
        6,
        MENINGOCOQUES,
    ),
    (
        "meningocoque-b",
        "Méningocoque B",
        "Infections à méningocoque B",
        True,
        MENINGOCOQUES_2025,
        None,
        3,
        MENINGOCOQUES,
    ),
    ("ror-1", "ROR 1", "Rougeole, oreillons, rubéole", True, REFORME_2018, None, 12, ONZE),
    ("ror-2", "ROR 2", "Rougeole, oreillons, rubéole", True, REFORME_2018, None, 18, ONZE),
]

PHOTO = "Autorisation de filmer et photographier"
#: code, label, explanation, nature
AUTORISATIONS = [
    (
        "aller-venue-espace-jeunes",
        "Autorisation d’aller et venue à l’Espace jeunes",
        "L’enfant peut arriver et repartir seul.",
        "generale",
    ),
    (
        "image-interne",
        f"{PHOTO} : dans la structure",
        "Affichage et albums remis aux familles. Un refus n’empêche aucune inscription.",
        "image",
    ),
    ("image-site", f"{PHOTO} : site internet de la commune", "", "image"),
    ("image-papier", f"{PHOTO} : bulletin municipal et presse locale", "", "image"),
    ("image-reseaux", f"{PHOTO} : réseaux sociaux de la commune", "", "image"),
    (
        "soins-urgence",
        "Autorisation de faire donner les soins d’urgence",
        "Appel aux secours et transport à l’hôpital ; vous êtes prévenu aussitôt.",
        "generale",
    ),
    ("transport", "Autorisation de transport pendant les sorties", "En car ou en minibus de la commune.", "generale"),
    ("baignade", "Autorisation de baignade", "Baignade surveillée, avec l’équipe d’animation.", "generale"),
]

MENUS = ["Menu habituel", "Menu sans porc", "Menu sans viande"]


def remplir(apps, schema_editor):
    vaccin = apps.get_model("enfants", "Vaccin")
    champs = ("code", "nom", "maladies", "obligatoire", "nes_du", "nes_au", "age_mois", "source")
    vaccin.objects.bulk_create(
        vaccin(**dict(zip(champs, ligne, strict=True)), ordre=rang * 10) for rang, ligne in enumerate(VACCINS, start=1)
    )
    autorisation = apps.get_model("enfants", "TypeAutorisation")
    autorisation.objects.bulk_create(
        autorisation(code=code, libelle=libelle, precision=precision, nature=nature, ordre=rang * 10)
        for rang, (code, libelle, precision, nature) in enumerate(AUTORISATIONS, start=1)
    )
    menu = apps.get_model("enfants", "Menu")
    menu.objects.bulk_create(menu(nom=nom, ordre=rang * 10) for rang, nom in enumerate(MENUS, start=1))


class Migration(migrations.Migration):
    dependencies = [("enfants", "0002_fiche_enfant")]

    operations = [migrations.RunPython(remplir, migrations.RunPython.noop)]
