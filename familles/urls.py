from django.urls import path

from familles.views import fiche

app_name = "familles"

urlpatterns = [
    path("", fiche.fiche, name="fiche"),
    path("cesser-d-agir/", fiche.cesser_d_agir, name="cesser_d_agir"),
    path("<uuid:cle>/", fiche.fiche_de, name="fiche_de"),
    path("<uuid:cle>/enregistrer/", fiche.enregistrer_famille, name="enregistrer_famille"),
    path("<uuid:cle>/certifier/", fiche.certifier, name="certifier"),
    path(
        "<uuid:cle>/responsables/<uuid:responsable_cle>/enregistrer/",
        fiche.enregistrer_responsable,
        name="enregistrer_responsable",
    ),
    path(
        "<uuid:cle>/responsables/<uuid:responsable_cle>/recopier-l-adresse/",
        fiche.recopier_adresse,
        name="recopier_adresse",
    ),
]
