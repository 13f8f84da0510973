"""Signatures as Standard Webhooks has them."""

from apps.webhooks import signing


def test_the_published_example_is_signed_as_published() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    found = signing.headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', [secret])
    assert found == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_two_secrets_make_two_signatures() -> None:
    one, two = signing.new_secret(), signing.new_secret()
    both = signing.headers("a", 1, b"{}", [one, two])["webhook-signature"]
    assert both.split(" ") == [signing.headers("a", 1, b"{}", [each])["webhook-signature"] for each in (one, two)]
    assert one.startswith("whsec_")
    assert one != two
