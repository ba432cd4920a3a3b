"""Deadlines worked out by brute force, from plain values: nothing of the product is imported here.

Days are walked one by one, hours by quarters, and the instant is looked for among those at which a clock in Paris
would show it. Slow and plain on purpose: the engine is compared with it.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

UN_JOUR, QUART = timedelta(days=1), timedelta(minutes=15)
SEMAINES = {"ouvres": "12345", "ouvrables": "123456", "calendaires": "1234567", "scolaires": "1245"}


def compte(jour, type_jours, feries, mairie, accueils, vacances):
    """``mairie``: closed town hall; ``accueils``: town hall and accueils closed; neither is a public holiday."""
    if str(jour.isoweekday()) not in SEMAINES[type_jours]:
        return False
    ecartes = {
        "ouvres": feries + mairie + accueils,
        "ouvrables": feries,
        "calendaires": [],
        "scolaires": feries + accueils + vacances,
    }
    return jour not in ecartes[type_jours]


def jour_et_heure(jour, regle, calendrier, debut):  # noqa: C901, PLR0911, PLR0912 - every kind, top to bottom
    """Return the wall clock of the limit, without a time zone; None: never."""
    genre, nombre, heure = regle["genre"], regle["nombre"], regle["heure"]
    if genre == "jamais":
        return None
    if genre in {"jours", "periode"}:
        atteint = jour if genre == "jours" or debut is None else debut
        a_compter = nombre + 1 if regle["francs"] else nombre
        while a_compter:
            atteint -= UN_JOUR
            if compte(atteint, regle["type_jours"], **calendrier):
                a_compter -= 1
        return datetime.combine(atteint, heure)
    if genre == "heures":
        moment = datetime.combine(jour, heure)
        quarts = nombre * 4
        while quarts:
            moment -= QUART
            if compte(moment.date(), regle["type_jours"], **calendrier):
                quarts -= 1
        return moment - timedelta(minutes=1) if moment.time() == time(0) else moment
    if genre == "semaine":
        annee, semaine, _ = (jour - timedelta(weeks=nombre)).isocalendar()
        return datetime.combine(date.fromisocalendar(annee, semaine, regle["jour_semaine"] + 1), heure)
    if genre == "tableau":
        for voulu, limite, a in regle["tableau"]:
            if voulu == jour.weekday():
                veille = jour - UN_JOUR
                while veille.weekday() != limite:
                    veille -= UN_JOUR
                return datetime.combine(veille, a)
        return None
    if genre == "mois":
        return datetime.combine((jour if debut is None else debut) - relativedelta(months=nombre), heure)
    return datetime.combine(regle["date_fixe"], heure)


def limite(jour, regle, calendrier, debut):
    """Return the limit in UTC: the last instant at which a clock in Paris shows it."""
    murale = jour_et_heure(jour, regle, calendrier, debut)
    if murale is None:
        return None
    while regle["si_fermee"] == "reculer" and not compte(murale.date(), "ouvres", **calendrier):
        murale -= UN_JOUR
    possibles = [(murale - timedelta(hours=ecart)).replace(tzinfo=UTC) for ecart in (1, 2)]
    vus = [un for un in possibles if un.astimezone(ZoneInfo("Europe/Paris")).replace(tzinfo=None) == murale]
    # An hour that the clock skips is shown by no instant: the offset of before the change is kept.
    return max(vus) if vus else possibles[0]
