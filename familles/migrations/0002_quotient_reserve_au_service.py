from django.db import migrations

#: Third barrier after the form and the action: only a transaction of the service may write a quotient.
RESERVE = """
CREATE FUNCTION quotient_reserve_au_service() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('portail.role', true) IS DISTINCT FROM 'service' THEN
        RAISE EXCEPTION 'Le quotient familial est modifié par le service seulement.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER quotient_reserve_au_service BEFORE INSERT OR UPDATE OR DELETE ON familles_quotientfamilial
    FOR EACH ROW EXECUTE FUNCTION quotient_reserve_au_service();
"""


class Migration(migrations.Migration):
    dependencies = [("familles", "0001_initiale")]

    operations = [
        migrations.RunSQL(
            RESERVE,
            "DROP TRIGGER quotient_reserve_au_service ON familles_quotientfamilial;"
            "DROP FUNCTION quotient_reserve_au_service();",
        )
    ]
