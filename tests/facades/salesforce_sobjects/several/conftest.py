from tests.facades.salesforce_sobjects.records.conftest import admin, agent_api, api, contact

__all__ = ["admin", "agent_api", "api", "contact"]
