"""The month as HTML. Written here rather than in a template: a month has hundreds of small parts."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from reservations.planning.cases import Case
from reservations.planning.mois import Colonne, Jour, PlanningDuMois, Semaine

JOUR_VIDE = '<td class="jour-vide"></td>'


def rendre_mois(mois: PlanningDuMois) -> SafeString:
    """Return the table of a month: native checkboxes in labels, text where nothing can be changed.

    Every text is escaped here; the tags of the states come rendered.
    """
    titres = "".join(
        f'<th scope="col"><span class="invisible">{escape(entier)}</span>'
        f'<span aria-hidden="true">{escape(court)}</span></th>'
        for entier, court in mois.jours_semaine
    )
    lignes = "".join(_semaine(semaine) for semaine in mois.semaines)
    return mark_safe(  # noqa: S308 - escaped above
        f'<table class="calendrier"><caption>{escape(mois.titre)}</caption>'
        f"<thead><tr>{titres}</tr></thead><tbody>{lignes}</tbody></table>"
    )


def _semaine(semaine: Semaine) -> str:
    jours = "".join(JOUR_VIDE if jour is None else _jour(jour) for jour in semaine.jours)
    return f'<tr data-semaine="{escape(semaine.titre)}">{jours}</tr>'


def _jour(jour: Jour) -> str:
    classes = "jour" + " jour-present" * jour.aujourdhui + " jour-ferme" * bool(jour.motif_ferme)
    classes += " jour-muet" * jour.muet
    marque = ' <span class="jour-marque">Aujourd’hui</span>' if jour.aujourdhui else ""
    motif = f'<p class="jour-motif">{escape(jour.motif_ferme)}</p>' if jour.motif_ferme else ""
    return (
        f'<td class="{classes}"><p class="jour-date"><span class="jour-numero">{jour.numero}</span>'
        f'<span class="jour-court">{escape(jour.court)}</span>{marque}</p>{motif}{_colonnes(jour.colonnes)}</td>'
    )


def _colonnes(colonnes: Iterable[Colonne]) -> str:
    morceaux = []
    for colonne in colonnes:
        cases = "".join(_case(case) for case in colonne.cases)
        if colonne.prenom:
            cases = f'<div class="jour-enfant"><p class="jour-prenom">{escape(colonne.prenom)}</p>{cases}</div>'
        morceaux.append(cases)
    return "".join(morceaux)


def _case(case: Case) -> str:
    limite = f'<span class="creneau-limite">{escape(case.limite)}</span>' if case.limite else ""
    if not case.modifiable:
        acquise = f' data-acquis="{case.code}"' if case.acquise else ""
        return (
            f'<div class="creneau creneau-fixe"{acquise}><span class="creneau-texte">'
            f'<span class="creneau-libelle">{escape(case.libelle)}</span>{case.pastille}{limite}</span></div>'
        )
    coche = " checked" * case.coche
    acquise = " data-acquise" * case.acquise
    montant = f' data-montant="{case.montant}"' if case.montant else ""
    prix = f'<span class="creneau-prix">{escape(case.prix)}</span>' if case.prix else ""
    return (
        f'<label class="creneau"><input type="checkbox" name="jours" value="{case.code}"{coche}{acquise}{montant}>'
        f'<span class="creneau-texte"><span class="invisible">{escape(case.nom_accessible)}, </span>'
        f'<span class="creneau-libelle" aria-hidden="true">{escape(case.libelle)}</span>'
        f"{case.pastille}{prix}{limite}</span></label>"
    )
