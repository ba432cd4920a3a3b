import django.utils.timezone
from django.db import migrations, models

#: A message is kept as it came, with what was done of it at the time.
AJOUT_SEUL = """
CREATE TRIGGER notification_ajout_seul BEFORE UPDATE OR DELETE ON facturation_notificationrecue
    FOR EACH ROW EXECUTE FUNCTION portail_ajout_seul();
"""


class Migration(migrations.Migration):
    dependencies = [("facturation", "0002_declencheurs")]

    operations = [
        migrations.AddField(
            model_name="campagne",
            name="anomalies",
            field=models.JSONField(blank=True, default=list, verbose_name="anomalies"),
        ),
        migrations.AddField(
            model_name="campagne",
            name="calculee_le",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="calculée le"),
        ),
        migrations.AddIndex(
            model_name="notificationrecue",
            index=models.Index(
                condition=models.Q(("tentative__isnull", True)), fields=["recue_le"], name="notification_inconnue"
            ),
        ),
        migrations.RunSQL(AJOUT_SEUL, "DROP TRIGGER notification_ajout_seul ON facturation_notificationrecue;"),
    ]
