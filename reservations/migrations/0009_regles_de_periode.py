# Who may book, and what happens after the deadline.

from decimal import Decimal

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enfants", "0005_garde_et_scolarite"),
        ("familles", "0003_suivi_de_la_fiche"),
        ("reservations", "0008_versions_figees"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegleParticuliere",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "apres_delai",
                    models.CharField(
                        choices=[
                            ("refus", "Refusé"),
                            ("majoration", "Possible avec une majoration"),
                            ("liste_attente", "En liste d’attente"),
                            ("agent", "Demande à un agent"),
                        ],
                        default="refus",
                        max_length=15,
                        verbose_name="après le délai",
                    ),
                ),
                (
                    "majoration_montant",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=7,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                        verbose_name="majoration (€ par jour)",
                    ),
                ),
                (
                    "majoration_pourcent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="100 : le prix double.",
                        max_digits=5,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0.01")),
                            django.core.validators.MaxValueValidator(Decimal("500")),
                        ],
                        verbose_name="majoration (%)",
                    ),
                ),
                (
                    "geste",
                    models.CharField(
                        choices=[
                            ("reserver", "Réserver"),
                            ("modifier", "Modifier un jour déjà réservé"),
                            ("annuler", "Annuler"),
                            ("absence", "Déclarer une absence"),
                        ],
                        max_length=10,
                        verbose_name="geste",
                    ),
                ),
                (
                    "jours",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(
                            validators=[django.core.validators.MaxValueValidator(6)]
                        ),
                        blank=True,
                        default=list,
                        help_text="Aucun coché : tous.",
                        size=None,
                        verbose_name="jours de la semaine",
                    ),
                ),
            ],
            options={
                "verbose_name": "règle particulière",
                "verbose_name_plural": "règles particulières",
                "ordering": ["periode", "geste", "prestation", "jours"],
            },
        ),
        migrations.AddField(
            model_name="periode",
            name="age_au",
            field=models.CharField(
                choices=[
                    ("jour", "Le jour réservé"),
                    ("debut", "Le premier jour de la période"),
                    ("annee", "Le 31 décembre de l’année du premier jour"),
                    ("date", "À une date choisie"),
                ],
                default="jour",
                max_length=15,
                verbose_name="âge compté",
            ),
        ),
        migrations.AddField(
            model_name="periode",
            name="age_date",
            field=models.DateField(blank=True, null=True, verbose_name="âge à la date du"),
        ),
        migrations.AddField(
            model_name="periode",
            name="age_maximum",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="En années, inclus : 11 admet un enfant jusqu’à la veille de ses 12 ans.",
                null=True,
                validators=[django.core.validators.MaxValueValidator(25)],
                verbose_name="âge maximum",
            ),
        ),
        migrations.AddField(
            model_name="periode",
            name="age_minimum",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="En années, inclus.",
                null=True,
                validators=[django.core.validators.MaxValueValidator(25)],
                verbose_name="âge minimum",
            ),
        ),
        migrations.AddField(
            model_name="periode",
            name="apres_delai",
            field=models.CharField(
                choices=[
                    ("refus", "Refusé"),
                    ("majoration", "Possible avec une majoration"),
                    ("liste_attente", "En liste d’attente"),
                    ("agent", "Demande à un agent"),
                ],
                default="refus",
                max_length=15,
                verbose_name="après le délai",
            ),
        ),
        migrations.AddField(
            model_name="periode",
            name="apres_delai_annulation",
            field=models.CharField(
                choices=[("refus", "Refusée : le jour est dû"), ("agent", "Demandée à un agent")],
                default="refus",
                max_length=15,
                verbose_name="annulation après le délai",
            ),
        ),
        migrations.AddField(
            model_name="periode",
            name="classes",
            field=models.ManyToManyField(blank=True, related_name="+", to="enfants.classe", verbose_name="classes"),
        ),
        migrations.AddField(
            model_name="periode",
            name="ecoles",
            field=models.ManyToManyField(blank=True, related_name="+", to="enfants.ecole", verbose_name="écoles"),
        ),
        migrations.AddField(
            model_name="periode",
            name="familles",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="familles.famille", verbose_name="familles choisies"
            ),
        ),
        migrations.AddField(
            model_name="periode",
            name="majoration_montant",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=7,
                null=True,
                validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                verbose_name="majoration (€ par jour)",
            ),
        ),
        migrations.AddField(
            model_name="periode",
            name="majoration_pourcent",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="100 : le prix double.",
                max_digits=5,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(Decimal("0.01")),
                    django.core.validators.MaxValueValidator(Decimal("500")),
                ],
                verbose_name="majoration (%)",
            ),
        ),
        migrations.AddField(
            model_name="periode",
            name="niveaux",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("tps", "Toute petite section"),
                        ("ps", "Petite section"),
                        ("ms", "Moyenne section"),
                        ("gs", "Grande section"),
                        ("cp", "CP"),
                        ("ce1", "CE1"),
                        ("ce2", "CE2"),
                        ("cm1", "CM1"),
                        ("cm2", "CM2"),
                        ("6e", "6e"),
                        ("5e", "5e"),
                        ("4e", "4e"),
                        ("3e", "3e"),
                        ("lycee", "Lycée"),
                    ],
                    max_length=6,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="niveaux scolaires",
            ),
        ),
        migrations.AddField(
            model_name="periode",
            name="ouverture_autres_le",
            field=models.DateTimeField(
                blank=True,
                help_text="Vide : en même temps que pour les familles de la commune.",
                null=True,
                verbose_name="ouverture aux familles des autres communes",
            ),
        ),
        migrations.AddField(
            model_name="periode",
            name="regle_tardive",
            field=models.ForeignKey(
                blank=True,
                help_text="Vide : jusqu’à la veille du jour souhaité, minuit.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reservations.regledelai",
                verbose_name="après le délai, jusqu’à",
            ),
        ),
        migrations.AddField(
            model_name="periode",
            name="residence",
            field=models.CharField(
                choices=[
                    ("toutes", "Toutes les familles"),
                    ("residentes", "Celles qui habitent la commune"),
                    ("autres", "Celles des autres communes"),
                ],
                default="toutes",
                max_length=15,
                verbose_name="familles admises",
            ),
        ),
        migrations.AddField(
            model_name="periode",
            name="selection",
            field=models.CharField(
                choices=[
                    ("tous", "Tous les enfants"),
                    ("ecoles", "Ceux des écoles ou des classes choisies"),
                    ("familles", "Ceux des familles choisies"),
                ],
                default="tous",
                max_length=10,
                verbose_name="enfants admis",
            ),
        ),
        migrations.AddField(
            model_name="presence",
            name="majoration_montant",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=7, null=True, verbose_name="majoration (€)"
            ),
        ),
        migrations.AddField(
            model_name="presence",
            name="majoration_pourcent",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="majoration (%)"
            ),
        ),
        migrations.AddConstraint(
            model_name="periode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("age_minimum", None),
                    ("age_maximum", None),
                    ("age_maximum__gte", models.F("age_minimum")),
                    _connector="OR",
                ),
                name="periode_ages_ordonnes",
                violation_error_message="L’âge maximum est sous l’âge minimum.",
            ),
        ),
        migrations.AddConstraint(
            model_name="periode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("age_au", "date"), _negated=True), ("age_date__isnull", False), _connector="OR"
                ),
                name="periode_age_a_une_date",
                violation_error_message="Écrivez la date à laquelle l’âge est compté.",
            ),
        ),
        migrations.AddConstraint(
            model_name="periode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ouverture_autres_le", None),
                    models.Q(
                        ("ouverture_autres_le__gte", models.F("ouverture_reservations_le")),
                        ("ouverture_reservations_le__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="periode_residents_d_abord",
                violation_error_message="Les familles des autres communes réservent après celles de la commune : écrivez les deux ouvertures dans cet ordre.",
            ),
        ),
        migrations.AddConstraint(
            model_name="periode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("apres_delai", "majoration"), _negated=True),
                    models.Q(("majoration_montant", None), ("majoration_pourcent", None), _connector="XOR"),
                    _connector="OR",
                ),
                name="periode_majoration_chiffree",
                violation_error_message="Écrivez la majoration : un montant ou un pourcentage, pas les deux.",
            ),
        ),
        migrations.AddConstraint(
            model_name="periode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("majoration_montant", None), ("majoration_montant__gt", 0), _connector="OR"),
                    models.Q(("majoration_pourcent", None), ("majoration_pourcent__gt", 0), _connector="OR"),
                ),
                name="periode_majoration_positive",
                violation_error_message="Une majoration est plus grande que zéro.",
            ),
        ),
        migrations.AddConstraint(
            model_name="presence",
            constraint=models.CheckConstraint(
                condition=models.Q(("majoration_montant", None), ("majoration_pourcent", None), _connector="OR"),
                name="presence_une_majoration",
                violation_error_message="Une majoration est un montant ou un pourcentage.",
            ),
        ),
        migrations.AddField(
            model_name="regleparticuliere",
            name="periode",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="regles_particulieres",
                to="reservations.periode",
                verbose_name="période",
            ),
        ),
        migrations.AddField(
            model_name="regleparticuliere",
            name="prestation",
            field=models.ForeignKey(
                blank=True,
                help_text="Vide : toutes.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="reservations.prestation",
                verbose_name="prestation",
            ),
        ),
        migrations.AddField(
            model_name="regleparticuliere",
            name="regle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reservations.regledelai",
                verbose_name="délai",
            ),
        ),
        migrations.AddField(
            model_name="regleparticuliere",
            name="regle_tardive",
            field=models.ForeignKey(
                blank=True,
                help_text="Vide : jusqu’à la veille du jour souhaité, minuit.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reservations.regledelai",
                verbose_name="après le délai, jusqu’à",
            ),
        ),
        migrations.AddConstraint(
            model_name="regleparticuliere",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("apres_delai", "majoration"), _negated=True),
                    models.Q(("majoration_montant", None), ("majoration_pourcent", None), _connector="XOR"),
                    _connector="OR",
                ),
                name="regle_particuliere_majoration_chiffree",
                violation_error_message="Écrivez la majoration : un montant ou un pourcentage, pas les deux.",
            ),
        ),
        migrations.AddConstraint(
            model_name="regleparticuliere",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("majoration_montant", None), ("majoration_montant__gt", 0), _connector="OR"),
                    models.Q(("majoration_pourcent", None), ("majoration_pourcent__gt", 0), _connector="OR"),
                ),
                name="regle_particuliere_majoration_positive",
                violation_error_message="Une majoration est plus grande que zéro.",
            ),
        ),
        migrations.AddConstraint(
            model_name="regleparticuliere",
            constraint=models.UniqueConstraint(
                fields=("periode", "geste", "prestation", "jours"),
                name="regle_particuliere_unique",
                nulls_distinct=False,
                violation_error_message="Cette règle est écrite deux fois.",
            ),
        ),
    ]
