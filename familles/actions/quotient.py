"""The quotient familial: written by the service only, its history kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection, transaction

from familles.erreurs import MotifQuotient, QuotientRefuse
from familles.models import Famille, QuotientFamilial, Utilisateur
from portail.commun.traces import tracer


@transaction.atomic
def enregistrer(
    *,
    famille: Famille,
    valeur: int,
    du: date,
    source: str,
    auteur: Utilisateur | None,
    maintenant: datetime,
    au: date | None = None,
) -> QuotientFamilial:
    """Add a quotient from ``du``; the one that ran until then stops the day before.

    Raise ``QuotientRefuse`` when one already starts that day or later: history is corrected knowingly, not by overlap.
    """
    verrouillee = Famille.objects.select_for_update(no_key=True).get(pk=famille.pk)
    if au is not None and au < du:
        raise QuotientRefuse([MotifQuotient.DATES])
    if verrouillee.quotients.filter(du__gte=du).exists():
        raise QuotientRefuse([MotifQuotient.CHEVAUCHEMENT])
    precedent = verrouillee.quotients.valables_le(du).first()
    with signature_du_service():
        if precedent is not None:
            precedent.au = du - timedelta(days=1)
            precedent.save(update_fields=["au"])
        nouveau = QuotientFamilial.objects.create(
            famille=verrouillee, valeur=valeur, du=du, au=au, source=source, auteur=auteur, cree_le=maintenant
        )
    tracer(
        geste="famille.quotient",
        objet="famille",
        objet_cle=verrouillee.cle,
        libelle=f"{verrouillee} : {valeur} à partir du {du:%d/%m/%Y}",
        famille_cle=verrouillee.cle,
        auteur=auteur,
        maintenant=maintenant,
        avant={"quotient": precedent.valeur if precedent else None},
        apres={"quotient": valeur, "du": du.isoformat(), "source": source},
    )
    return nouveau


class signature_du_service:  # noqa: N801 - reads as a statement
    """Let the trigger know, for these few writes, that the service signs; the signature ends with the block."""

    def __enter__(self) -> None:
        self._signer("service")

    def __exit__(self, *erreur: object) -> None:
        if erreur[0] is None:
            self._signer("")

    def _signer(self, role: str) -> None:
        with connection.cursor() as curseur:
            curseur.execute("SELECT set_config('portail.role', %s, true)", [role])
