from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reservations", "0001_initiale"), ("commun", "0003_traces_et_cache")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER etape_ajout_seul BEFORE UPDATE OR DELETE ON reservations_etapepresence "
            "FOR EACH ROW EXECUTE FUNCTION portail_ajout_seul();",
            "DROP TRIGGER etape_ajout_seul ON reservations_etapepresence;",
        )
    ]
