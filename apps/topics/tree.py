"""Topics below topics."""

from django.db import connection
from django.utils.translation import gettext

from apps.common.errors import FieldProblem, Invalid, Problem
from apps.tenants import scope
from apps.topics.models import EngagementTopic

# UNION, not UNION ALL: should there ever be a circle, the walk ends.
_ANCESTORS = """
    with recursive above(id) as (
        select %s::bigint
        union
        select topic.parent_topic_id from {table} topic join above on topic.id = above.id
        where topic.parent_topic_id is not null
    )
    select exists (select from above where id = %s)
"""


def require_no_circle(topic_id: int, parent_id: int) -> None:
    """Raises Invalid if the topic would come to stand below itself (C-21).

    Whoever moves topics of the same tenant does so one after another until the transaction ends: two moves that are
    right by themselves can make a circle together.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('topics', %s))", [scope.tenant_id()])
        cursor.execute(_ANCESTORS.format(table=EngagementTopic._meta.db_table), [parent_id, topic_id])
        [[is_circle]] = cursor.fetchall()
    if is_circle:
        problem = FieldProblem(Problem.CONTRADICTION, ["parent_topic"], gettext("A topic cannot stand below itself."))
        raise Invalid(problem)
