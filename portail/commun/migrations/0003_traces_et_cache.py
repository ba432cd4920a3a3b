from django.db import migrations

#: Refuses to change a row, except for a purge that says so (``SET LOCAL portail.purge = 'oui'``) and only deletes.
AJOUT_SEUL = """
CREATE FUNCTION portail_ajout_seul() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('portail.purge', true) = 'oui' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'La table % ne se modifie pas : on y ajoute seulement.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER trace_ajout_seul BEFORE UPDATE OR DELETE ON commun_trace
    FOR EACH ROW EXECUTE FUNCTION portail_ajout_seul();
"""

#: The cache shared by every worker, in PostgreSQL: rate limits hold, and Redis may be away.
CACHE = """
CREATE TABLE cache_partage (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX cache_partage_expires ON cache_partage (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("commun", "0002_liens_vers_utilisateur")]

    operations = [
        migrations.RunSQL(
            AJOUT_SEUL, "DROP TRIGGER trace_ajout_seul ON commun_trace; DROP FUNCTION portail_ajout_seul();"
        ),
        migrations.RunSQL(CACHE, "DROP TABLE cache_partage;"),
    ]
