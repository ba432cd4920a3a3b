"""Calendar arithmetic shared by the rules: pure functions, Europe/Paris wall clock."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
SAMEDI = 5
MOIS_PAR_AN = 12


def instant(jour: date, heure: time) -> datetime:
    """Return the instant of a wall-clock time in Paris, right on both sides of a clock change."""
    return datetime.combine(jour, heure, tzinfo=PARIS)


def aujourdhui(maintenant: datetime) -> date:
    """Return the date that people of the town read on their calendar at this instant."""
    return maintenant.astimezone(PARIS).date()


def jours(du: date, au: date) -> Iterator[date]:
    """Iterate over the days of a range, both ends included."""
    for decalage in range((au - du).days + 1):
        yield du + timedelta(days=decalage)


def age(naissance: date, jour: date) -> tuple[int, int]:
    """Return an age in whole years and months; born a 31st, a month is gained the 1st where there is no 31st."""
    mois = (jour.year - naissance.year) * MOIS_PAR_AN + jour.month - naissance.month - (jour.day < naissance.day)
    return divmod(max(mois, 0), MOIS_PAR_AN)


def age_en_mots(naissance: date, jour: date) -> str:
    """Word an age as the tutorial does: « 7 ans et 1 mois », « 1 an », « 8 mois »."""
    ans, mois = age(naissance, jour)
    mots_ans = f"{ans} an{'s' if ans > 1 else ''}" if ans else ""
    mots_mois = f"{mois} mois" if mois or not ans else ""
    return (
        " et ".join(mots for mots in (mots_ans, mots_mois) if mots).replace(" ", "\xa0").replace("\xa0et\xa0", " et ")
    )
