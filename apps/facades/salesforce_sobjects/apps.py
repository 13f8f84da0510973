from django.apps import AppConfig


class SalesforceSobjectsConfig(AppConfig):
    name = "apps.facades.salesforce_sobjects"
