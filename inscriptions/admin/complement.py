"""Asking a household for a complement, and putting its file back in the queue."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from inscriptions import acces
from inscriptions.actions import complement
from inscriptions.admin.formulaires import FormulaireComplement
from inscriptions.erreurs import DossierRefuse
from inscriptions.models import DossierInscription
from inscriptions.pieces import pieces_attendues
from portail.commun.dates import aujourdhui
from portail.commun.texte import de_qui


class AvecComplement:
    """Mixed into the page of the files, which draws the forms and says that a file is answered already."""

    _page: Any
    _deja_traite: Any

    def demander_un_complement(self, request: Any, pk: int) -> HttpResponse:
        """Give the file back to its household, with the reason and the list of what is missing."""
        dossier = acces.dossier_a_traiter(request.user, pk)
        formulaire = FormulaireComplement(request.POST or None, manquantes=manquantes(dossier))
        if not formulaire.is_valid():
            return self._page(request, dossier, formulaire, "Demander un complément")
        try:
            complement.demander(
                dossier=dossier,
                motif=formulaire.cleaned_data["motif"],
                points=formulaire.cleaned_data["points"],
                agent=request.user,
                maintenant=timezone.now(),
            )
        except DossierRefuse:
            return self._deja_traite(request)
        messages.success(request, f"Le complément est demandé à {dossier.courriel}, avec le lien de la demande.")
        return redirect("admin:inscriptions_dossierinscription_changelist")

    def remettre(self, request: Any, pk: int) -> HttpResponse:
        """Put back in the queue a file whose household brought at the counter what was missing."""
        dossier = acces.dossier_a_traiter(request.user, pk)
        try:
            complement.remettre_dans_la_file(dossier=dossier, agent=request.user, maintenant=timezone.now())
        except DossierRefuse as refus:
            messages.warning(request, refus.phrases()[0])
        else:
            messages.success(request, f"La demande {dossier.reference} est de nouveau à examiner.")
        return redirect("admin:inscriptions_dossierinscription_change", dossier.pk)

    def has_gesture_permission(self, request: Any) -> bool:
        return acces.peut_traiter(request.user)


def manquantes(dossier: DossierInscription) -> list[str]:
    """Word the pieces that are asked and not sent: « Attestation d’assurance de Maëlle », « … d’Éloïse »."""
    attendues = pieces_attendues(dossier, aujourdhui(timezone.now()))
    return [
        f"{piece.type} {de_qui(piece.enfant.prenom)}" if piece.enfant else str(piece.type)
        for piece in attendues
        if not piece.envois
    ]
