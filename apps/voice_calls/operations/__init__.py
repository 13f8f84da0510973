"""Everything that a telephone system changes. Each function is one transaction."""

from apps.voice_calls.operations.create import Created, NewCall, create_inbound
from apps.voice_calls.operations.tokens import use_token_id
from apps.voice_calls.operations.update import CallUpdate, update

__all__ = ["CallUpdate", "Created", "NewCall", "create_inbound", "update", "use_token_id"]
