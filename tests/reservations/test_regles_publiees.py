"""Rules that real communes publish, each written in the admin as an agent would, then read back by the engine.

One case by gesture: what is typed, a day, and the limit that the commune announces for it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

import pytest
from django.urls import reverse

from portail.commun.dates import PARIS
from portail.roles import synchroniser
from reservations.calendrier import jours_fermes_entre, regles_communes
from reservations.enums import ApresDelai
from reservations.models import JourFerme, Periode, RegleDelai, RegleParticuliere, VacancesScolaires
from tests.fabriques import FabriquePrestation, instant, membre_du_personnel

LUNDI, MARDI, MERCREDI, JEUDI, VENDREDI = range(5)
#: Days of 2026: an ordinary week, the Monday after Ascension, the day back from the autumn holidays.
LUN, MAR, MER, JEU, VEN = (date(2026, 9, jour) for jour in range(14, 19))
APRES_ASCENSION, RENTREE = date(2026, 5, 18), date(2026, 11, 2)
TOUSSAINT = date(2026, 10, 17)


@dataclass(frozen=True)
class Cas:
    geste: str
    saisie: dict[str, object]
    jour: date
    #: Last moment, or None: never.
    limite: str | None
    jours: tuple[int, ...] = ()
    #: A prestation of its own.
    prestation: bool = False
    apres: dict[str, object] = field(default_factory=dict)
    debut: date | None = None


def jours(nombre, heure, type_jours="ouvres", **champs):
    return {"genre": "jours", "nombre": nombre, "type_jours": type_jours, "heure": heure, **champs}


def heures(nombre, service, type_jours="calendaires"):
    return {"genre": "heures", "nombre": nombre, "type_jours": type_jours, "heure": service}


def semaine(jour, heure, semaines=1, **champs):
    return {"genre": "semaine", "nombre": semaines, "jour_semaine": jour, "heure": heure, **champs}


def tableau(*lignes):
    return {"genre": "tableau", "tableau": "\n".join(lignes), "heure": "12:00"}


def avant(nombre, genre="periode", **champs):
    return {"genre": genre, "nombre": nombre, "type_jours": "calendaires", "heure": "23:59", **champs}


JAMAIS = {"genre": "jamais"}
UN_EURO = {"apres_delai": "majoration", "majoration_montant": "1.00"}
PUBLIEES = {
    "Batz-sur-Mer": [
        Cas("reserver", jours(2, "12:00"), APRES_ASCENSION, "2026-05-13T12:00"),
        Cas("annuler", jours(2, "12:00"), LUN, "2026-09-10T12:00"),
    ],
    "Villes Sœurs": [
        Cas("reserver", jours(1, "23:59", "calendaires"), LUN, "2026-09-13T23:59"),
        Cas("reserver", jours(3, "23:59"), VEN, "2026-09-15T23:59", prestation=True),
        Cas("annuler", JAMAIS, LUN, None),
    ],
    "La Tessoualle": [
        Cas("reserver", heures(48, "00:00"), LUN, "2026-09-11T23:59", apres=UN_EURO),
        Cas("annuler", heures(48, "00:00"), JEU, "2026-09-14T23:59"),
    ],
    "Les Rousses": [
        Cas("reserver", heures(48, "09:00"), JEU, "2026-09-15T09:00"),
        Cas("annuler", jours(0, "09:00"), JEU, "2026-09-17T09:00"),
    ],
    "Éragny": [
        Cas("reserver", heures(72, "07:30"), JEU, "2026-09-14T07:30"),
        Cas(
            "reserver", avant(15, francs="on"), date(2026, 10, 20), "2026-10-01T23:59", (LUNDI, MARDI), debut=TOUSSAINT
        ),
    ],
    "Jacob-Bellecombette": [
        Cas("reserver", semaine(JEUDI, "10:00"), VEN, "2026-09-10T10:00"),
        Cas("reserver", semaine(JEUDI, "10:00", si_limite_fermee="reculer"), APRES_ASCENSION, "2026-05-13T10:00"),
        Cas("annuler", jours(1, "10:00"), LUN, "2026-09-11T10:00"),
    ],
    "Vigneux-de-Bretagne": [Cas("reserver", semaine(JEUDI, "23:59"), MAR, "2026-09-10T23:59")],
    "Larressore": [Cas("reserver", semaine(JEUDI, "23:59"), VEN, "2026-09-10T23:59")],
    "Mollégès": [
        Cas(
            "reserver",
            semaine(VENDREDI, "12:00"),
            MER,
            "2026-09-11T12:00",
            apres={"apres_delai": "agent", "majoration_montant": "1.00", "regle_tardive": jours(0, "10:30")},
        )
    ],
    "Saint-Cyprien": [
        Cas("reserver", semaine(MARDI, "23:00"), LUN, "2026-09-08T23:00"),
        Cas("reserver", jours(1, "23:59", "calendaires"), LUN, "2026-09-13T23:59", prestation=True),
    ],
    "Caumont": [Cas("reserver", semaine(LUNDI, "23:59"), JEU, "2026-09-07T23:59")],
    "Vailhauquès": [
        Cas(
            "reserver",
            tableau("lundi : vendredi 9:00", "mardi : vendredi 9:00", "jeudi : mardi 9:00", "vendredi : mardi 9:00"),
            MAR,
            "2026-09-11T09:00",
            apres={"apres_delai": "majoration", "majoration_pourcent": "50"},
        )
    ],
    "Saint-Jean-du-Bois": [
        Cas(
            "reserver",
            tableau("lundi : jeudi 10h", "mardi : jeudi 10h", "jeudi : mardi 10h", "vendredi : mardi 10h"),
            VEN,
            "2026-09-15T10:00",
        ),
        Cas("absence", jours(0, "10:00"), VEN, "2026-09-18T10:00"),
    ],
    "Rontalon": [
        Cas("reserver", jours(1, "11:00", "scolaires"), RENTREE, "2026-10-16T11:00"),
        Cas("annuler", jours(1, "11:00", "scolaires"), JEU, "2026-09-15T11:00"),
    ],
    "Milly-sur-Thérain": [Cas("reserver", jours(1, "10:00", "calendaires"), LUN, "2026-09-13T10:00", apres=UN_EURO)],
    "Bains-sur-Oust": [Cas("reserver", jours(1, "10:00", "calendaires"), MAR, "2026-09-14T10:00", apres=UN_EURO)],
    "CC Les Pieux": [
        Cas("reserver", tableau("mercredi : lundi 9:30", "jeudi : mardi 9:30"), MER, "2026-09-14T09:30"),
        Cas("reserver", tableau("mercredi : lundi 9:30", "jeudi : mardi 9:30"), LUN, None, prestation=True),
    ],
    "Bègles": [
        Cas("reserver", {"genre": "date", "date_fixe": "24/09/2026", "heure": "23:59"}, RENTREE, "2026-09-24T23:59")
    ],
    "Gisors": [Cas("reserver", avant(1, "mois"), date(2026, 10, 20), "2026-09-17T23:59", debut=TOUSSAINT)],
    "Wervicq-Sud": [
        Cas("annuler", avant(8), date(2026, 10, 20), "2026-10-09T23:59", debut=TOUSSAINT),
        Cas(
            "reserver",
            avant(8),
            date(2026, 10, 20),
            "2026-10-09T23:59",
            debut=TOUSSAINT,
            apres={"apres_delai": "majoration", "majoration_pourcent": "5"},
        ),
    ],
    "Rumilly": [
        Cas(
            "reserver",
            {"genre": "date", "date_fixe": "01/10/2026", "heure": "12:00"},
            RENTREE,
            "2026-10-01T12:00",
            apres={"apres_delai": "majoration", "majoration_pourcent": "10"},
        )
    ],
    "Saffré": [
        Cas("annuler", jours(2, "12:00"), JEU, "2026-09-15T12:00"),
        Cas("annuler", semaine(JEUDI, "23:59"), MER, "2026-09-10T23:59", (MERCREDI,)),
    ],
    "aiaj": [
        Cas("annuler", semaine(JEUDI, "12:00"), MER, "2026-09-10T12:00", (MERCREDI,)),
        Cas("annuler", heures(72, "07:30", "ouvres"), LUN, "2026-09-09T07:30"),
    ],
    "Andancette": [
        Cas("reserver", semaine(VENDREDI, "12:00"), LUN, "2026-09-11T12:00"),
        Cas("annuler", jours(1, "12:00", "calendaires"), LUN, "2026-09-13T12:00"),
    ],
    "Bertholène": [
        Cas("reserver", semaine(MARDI, "12:00"), JEU, "2026-09-08T12:00"),
        Cas("modifier", semaine(LUNDI, "12:00"), JEU, "2026-09-07T12:00"),
    ],
    "Saint-Exupéry": [
        Cas("reserver", semaine(JEUDI, "12:00"), LUN, "2026-09-10T12:00"),
        Cas("absence", jours(0, "09:00"), LUN, "2026-09-14T09:00", apres={"apres_delai": "agent"}),
    ],
    "Bas-en-Basset": [
        Cas(
            "reserver",
            semaine(MARDI, "12:00"),
            VEN,
            "2026-09-08T12:00",
            apres={"apres_delai": "majoration", "majoration_pourcent": "100"},
        )
    ],
    "deux semaines avant": [Cas("reserver", semaine(VENDREDI, "12:00", 2), MER, "2026-09-04T12:00")],
}


@pytest.fixture
def calendrier(db):
    """What the rules meet in 2026: Ascension and its bridge, the autumn holidays of zone B."""
    JourFerme.objects.create(jour="2026-05-14", libelle="Ascension", nature="ferie")
    for premier, dernier in (("2026-05-14", "2026-05-17"), ("2026-10-17", "2026-11-01")):
        VacancesScolaires.objects.create(libelle="Vacances", premier_jour=premier, dernier_jour=dernier)
    return jours_fermes_entre(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def ecrire(client, commune):
    """Write a rule on the admin's page."""
    synchroniser()
    client.force_login(membre_du_personnel("agent"))

    def _ecrire(nom, saisie):
        champs = {"nombre": 0, "type_jours": "ouvres", "heure": "12:00", "si_limite_fermee": "garder"} | saisie
        reponse = client.post(reverse("admin:reservations_regledelai_add"), champs | {"nom": nom})
        assert reponse.status_code == 302, reponse.context["errors"]
        return RegleDelai.objects.get(nom=nom)

    return _ecrire


def poser(periode, cas, regle, tardive):
    """Give the période its own rule for a gesture, or a particular one."""
    apres = cas.apres | ({"regle_tardive": tardive} if tardive else {})
    if cas.geste in {"modifier", "absence"} or cas.jours or cas.prestation:
        prestation = FabriquePrestation(periode=periode, nom="À part", nom_court="À part") if cas.prestation else None
        une = RegleParticuliere(
            periode=periode, geste=cas.geste, prestation=prestation, jours=list(cas.jours), regle=regle, **apres
        )
        une.full_clean()
        une.save()
        return prestation
    champ = {"reserver": "regle_reservation", "annuler": "regle_annulation"}[cas.geste]
    Periode.objects.filter(pk=periode.pk).update(**{champ: regle}, **apres)
    return None


@pytest.mark.parametrize("commune_citee", PUBLIEES)
def test_each_published_rule_is_written_by_an_agent_and_gives_the_limit_that_is_announced(
    commune_citee, calendrier, ecrire, periode
):
    for rang, cas in enumerate(PUBLIEES[commune_citee]):
        regle = ecrire(f"{commune_citee} {rang}", cas.saisie)
        voulue = cas.apres.get("regle_tardive")
        tardive = ecrire(f"{commune_citee} {rang}, ensuite", voulue) if voulue else None
        prestation = poser(periode, cas, regle, tardive)
        if cas.debut:
            Periode.objects.filter(pk=periode.pk).update(du=cas.debut, au=date(2026, 12, 31))
        regles = regles_communes(Periode.objects.get(pk=periode.pk), calendrier)
        ou = (cas.jour, prestation.pk if prestation else None)
        obtenue = {
            "reserver": lambda ou=ou, r=regles: r.limite_reservation(*ou),
            "modifier": lambda ou=ou, r=regles: r.limite_reservation(*ou, modification=True),
            "annuler": lambda ou=ou, r=regles: r.limite_annulation(*ou),
            "absence": lambda ou=ou, r=regles: r.limite_absence(*ou),
        }[cas.geste]()
        attendue = cas.limite and datetime.fromisoformat(cas.limite).replace(tzinfo=PARIS)
        assert obtenue == attendue, (commune_citee, cas)


@pytest.mark.parametrize(
    ("commune_citee", "nature", "supplement"),
    [
        ("La Tessoualle", ApresDelai.MAJORATION, "1,00\xa0€"),
        ("Mollégès", ApresDelai.AGENT, "1,00\xa0€"),
        ("Vailhauquès", ApresDelai.MAJORATION, "50\xa0%"),
        ("Bas-en-Basset", ApresDelai.MAJORATION, "100\xa0%"),
    ],
)
def test_what_follows_the_deadline_is_what_the_commune_announces(
    commune_citee, nature, supplement, calendrier, ecrire, periode
):
    """Wednesday morning for the Thursday or the day itself when it is allowed; never the day after."""
    (cas, *_) = PUBLIEES[commune_citee]
    voulue = cas.apres.get("regle_tardive")
    poser(periode, cas, ecrire("règle", cas.saisie), ecrire("ensuite", voulue) if voulue else None)
    lue = Periode.objects.get(pk=periode.pk)
    regles = regles_communes(lue, calendrier)
    regles.effet_reservation = lue.effet
    veille = instant(cas.jour.year, cas.jour.month, cas.jour.day - 1, 23, 59)
    effet = regles.effet_ajout(cas.jour, maintenant=veille, aujourdhui=veille.date())
    assert (effet.nature, effet.majoration.en_mots()) == (nature, supplement)
    a_dix_heures_trente = instant(cas.jour.year, cas.jour.month, cas.jour.day, 10, 30)
    jour_meme = regles.effet_ajout(cas.jour, maintenant=a_dix_heures_trente, aujourdhui=cas.jour)
    assert (jour_meme is not None) == bool(voulue)
