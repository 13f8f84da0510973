"""One OpenAPI document of the Salesforce dialects: Connect, the object API with query and search, and signing in."""
