import pytest


@pytest.fixture(autouse=True)
def _in_order(transactional_db: None, in_order_at_the_end: None) -> None:
    """Whatever races there were."""
