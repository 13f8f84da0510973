"""How triggers write a value as the object API shows it."""

from django.db import migrations

# As apps.common.public_ids: prefix, key in base 62, and a check letter for each group of five by its capitals (C-02).
PUBLIC_ID = """
create function objects_public_id(prefix text, key bigint) returns text
language plpgsql immutable strict parallel safe as $$
declare
    digits constant text := '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    letters constant text := 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
    body text := '';
    suffix text := '';
    bits int;
begin
    while key > 0 loop
        body := substr(digits, (key % 62)::int + 1, 1) || body;
        key := key / 62;
    end loop;
    body := prefix || lpad(body, 12, '0');
    for part in 0..2 loop
        bits := 0;
        for place in 0..4 loop
            if ascii(substr(body, part * 5 + place + 1, 1)) between 65 and 90 then
                bits := bits + (1 << place);
            end if;
        end loop;
        suffix := suffix || substr(letters, bits + 1, 1);
    end loop;
    return body || suffix;
end $$;
"""
PUBLIC_TIME = """
create function objects_public_time(at timestamptz) returns text language sql stable strict parallel safe as $$
    select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000+0000"')
$$;
"""
CUSTOM_VALUE = """
create function objects_custom_value(kind text, value jsonb) returns jsonb language sql immutable parallel safe as $$
    select case
        when value = 'null' or kind = 'textarea' then null
        when kind = 'datetime' then to_jsonb(replace(value #>> '{}', 'Z', '+0000'))
        else value
    end
$$;
"""


class Migration(migrations.Migration):
    replaces = [("objects", "0007_tracking")]

    dependencies = [("objects", "0003_isolation")]

    operations = [
        migrations.RunSQL(PUBLIC_ID, "drop function objects_public_id(text, bigint)"),
        migrations.RunSQL(PUBLIC_TIME, "drop function objects_public_time(timestamptz)"),
        migrations.RunSQL(CUSTOM_VALUE, "drop function objects_custom_value(text, jsonb)"),
    ]
