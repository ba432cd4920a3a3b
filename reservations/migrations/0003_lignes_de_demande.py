import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

PROTECT = django.db.models.deletion.PROTECT
CASCADE = django.db.models.deletion.CASCADE
CLE = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
SENS = models.CharField(choices=[("ajout", "À réserver"), ("retrait", "À annuler")], max_length=10, verbose_name="sens")
ETATS = [
    ("demandee", "Demande envoyée"),
    ("acceptee", "Acceptée"),
    ("refusee", "Refusée"),
    ("liste_attente", "Liste d’attente"),
    ("annulation_demandee", "Annulation demandée"),
    ("annulee", "Annulée"),
    ("presente", "Présent"),
    ("absente_justifiee", "Absence justifiée"),
    ("absente_injustifiee", "Absence non justifiée"),
    ("presente_non_reservee", "Présent sans réservation"),
]


class Migration(migrations.Migration):
    dependencies = [("reservations", "0002_etapes_ajout_seul")]

    operations = [
        # Unsent edits are tied to the reservation; nobody had any before this.
        migrations.DeleteModel("ChoixBrouillon"),
        migrations.CreateModel(
            name="ChoixBrouillon",
            fields=[
                ("id", CLE),
                ("sens", SENS),
                ("le", models.DateTimeField(verbose_name="le")),
                (
                    "creneau",
                    models.ForeignKey(
                        on_delete=CASCADE,
                        related_name="brouillons",
                        to="reservations.creneau",
                        verbose_name="créneau",
                    ),
                ),
                (
                    "reservation",
                    models.ForeignKey(
                        on_delete=CASCADE,
                        related_name="brouillons",
                        to="reservations.reservation",
                        verbose_name="réservation",
                    ),
                ),
            ],
            options={
                "verbose_name": "modification non envoyée",
                "verbose_name_plural": "modifications non envoyées",
                "constraints": [models.UniqueConstraint(fields=("reservation", "creneau"), name="brouillon_unique")],
            },
        ),
        migrations.CreateModel(
            name="LigneDemande",
            fields=[
                ("id", CLE),
                ("sens", SENS),
                (
                    "etat",
                    models.CharField(blank=True, choices=ETATS, max_length=22, verbose_name="état à l’envoi"),
                ),
                (
                    "motifs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="motifs de refus",
                    ),
                ),
                (
                    "montant",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="estimation"
                    ),
                ),
                (
                    "creneau",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="+", to="reservations.creneau", verbose_name="créneau"
                    ),
                ),
                (
                    "demande",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="lignes", to="reservations.demande", verbose_name="demande"
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne d’une demande",
                "verbose_name_plural": "lignes des demandes",
                "ordering": ["creneau__jour", "creneau__prestation__ordre"],
                "constraints": [models.UniqueConstraint(fields=("demande", "creneau"), name="ligne_demande_unique")],
            },
        ),
        migrations.AddField(
            model_name="jourferme",
            name="ferme_les_accueils",
            field=models.BooleanField(default=True, verbose_name="les accueils ferment aussi"),
        ),
        migrations.AddField(
            model_name="periode",
            name="annulation",
            field=models.CharField(
                choices=[("automatique", "Automatique dans le délai"), ("manuelle", "Par un agent")],
                default="manuelle",
                max_length=12,
                verbose_name="annulation",
            ),
        ),
        migrations.AddField(
            model_name="periode",
            name="jours_de_classe",
            field=models.CharField(
                choices=[
                    ("tous", "Toute l’année"),
                    ("hors_vacances", "Hors vacances scolaires"),
                    ("vacances", "Pendant les vacances scolaires seulement"),
                ],
                default="tous",
                max_length=15,
                verbose_name="calendrier scolaire",
            ),
        ),
    ]
