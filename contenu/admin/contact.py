"""What people wrote to the service: a queue, the thread, the answer."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString

from contenu import actions
from contenu.models import Echange
from contenu.models.contact import LONGUEUR_MESSAGE
from portail.commun.templatetags.typographie import date_courte, heure


class FormulaireReponse(forms.ModelForm):  # type: ignore[type-arg]
    reponse = forms.CharField(
        label="Votre réponse",
        required=False,
        max_length=LONGUEUR_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 10, "cols": 80}),
        help_text="Elle part par courriel, et la personne la lit aussi sur le portail.",
    )
    clore = forms.BooleanField(
        label="Clore l’échange",
        required=False,
        help_text="Plus rien n’est attendu du service. Un nouveau message de la personne le rouvre.",
    )
    cle_envoi = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    #: Number of messages that were on the screen: nobody answers without having read the last one.
    messages_lus = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Echange
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["messages_lus"].initial = self.instance.messages.count() if self.instance.pk else 0

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if donnees.get("reponse") and donnees.get("messages_lus") != (nombre := self.instance.messages.count()):
            self.data = self.data.copy()
            self.data["messages_lus"] = str(nombre)
            self.add_error("reponse", "Un message s’est ajouté entre-temps : lisez-le, puis envoyez votre réponse.")
        return donnees


@admin.register(Echange)
class AdminEchange(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read and answer: nothing that was written is changed."""

    form = FormulaireReponse
    list_display = ["sujet", "de", "etat", "dernier_message_le"]
    list_filter = ["etat"]
    search_fields = ["sujet", "nom", "courriel"]
    date_hierarchy = "ouvert_le"
    list_per_page = 50
    show_full_result_count = False
    actions = ["clore"]
    fields = ["sujet", "de", "adresse", "etat", "conversation", "reponse", "clore", "cle_envoi", "messages_lus"]
    readonly_fields = ["sujet", "de", "adresse", "etat", "conversation"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Echange | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Echange | None = None) -> Any:
        if self.has_change_permission(request, obj):
            return self.fields
        return self.readonly_fields

    @admin.display(description="de", ordering="nom")
    def de(self, echange: Echange) -> str:
        return echange.nom or echange.courriel

    @admin.display(description="adresse pour la réponse")
    def adresse(self, echange: Echange) -> str:
        return f"{echange.courriel} ({'compte du portail' if echange.auteur_id else 'sans compte'})"

    @admin.display(description="échange")
    def conversation(self, echange: Echange) -> SafeString:
        """The messages, oldest first; what people typed is escaped."""
        return format_html_join(
            "",
            "<article><p><strong>{}</strong>, le {} à {}</p>{}</article><hr>",
            (
                (
                    f"{message.auteur} (service)" if message.du_service else self.de(echange),
                    date_courte(message.envoye_le),
                    heure(message.envoye_le),
                    format_html("{}", SafeString(linebreaks(message.texte, autoescape=True))),
                )
                for message in echange.messages.select_related("auteur")
            ),
        )

    def save_model(self, request: HttpRequest, obj: Echange, form: Any, change: bool) -> None:  # noqa: FBT001
        maintenant, donnees = timezone.now(), form.cleaned_data
        if donnees["reponse"]:
            actions.repondre(
                echange=obj,
                texte=donnees["reponse"],
                auteur=request.user,  # type: ignore[arg-type]
                cle_envoi=donnees["cle_envoi"],
                maintenant=maintenant,
            )
        if donnees["clore"]:
            actions.clore(echange=obj, auteur=request.user, maintenant=maintenant)  # type: ignore[arg-type]

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the action left its own trace."""

    @admin.action(description="Clore les échanges choisis", permissions=["change"])
    def clore(self, request: HttpRequest, queryset: QuerySet[Echange]) -> None:
        for echange in queryset.order_by("pk"):
            actions.clore(echange=echange, auteur=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
        self.message_user(request, "Les échanges choisis sont clos.", messages.SUCCESS)
