"""What is said on the demo's calls, and how the customers feel about it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """`feeling` from -1000 to 1000, where the listening service notices one."""

    by_customer: bool
    text: str
    feeling: int | None = None


def _talk(*lines: str | tuple[str, int]) -> Sequence[Said]:
    """The agent begins, then they take turns."""
    pairs = [line if isinstance(line, tuple) else (line, None) for line in lines]
    return [Said(number % 2 == 1, text, feeling) for number, (text, feeling) in enumerate(pairs)]


TALKS = (
    _talk(
        "Good afternoon, Harbour Insurance, motor claims. How can I help?",
        ("It is about the assessor’s bill for our van. It has been charged twice.", -420),
        "I am sorry about that. May I have the number of the claim?",
        "4471-20931. I have written to you three times.",
        "Thank you, that matches. I see two bills of the same assessor, one moment please.",
        ("All right.", 0),
        "The second one is credited to your account, you will see it within three days.",
        ("That is very kind, thank you!", 650),
        "You are welcome. Goodbye.",
    ),
    _talk(
        "Good morning, this is Harbour Insurance.",
        ("Somebody drove into my parked car last night, the door does not open any more.", -560),
        "Is anybody hurt, and have you told the police?",
        "Nobody is hurt. The police were here and wrote a report.",
        "Good. Please send us the report and a few photographs; you get a link by text message now.",
        ("Can I have a rental car meanwhile?", -120),
        "Yes, your policy covers one for fourteen days.",
        ("Wonderful, that helps me a lot.", 700),
    ),
    _talk(
        "Hello, you are speaking to Harbour Insurance.",
        "I have moved, and would like to change my address.",
        "Gladly. For your safety: what is your date of birth?",
        "The third of May, 1984.",
        "Thank you. And what is the new address?",
        "12 Quay Street, second floor.",
        "It is changed. Is there anything else?",
        ("No, that was quick, thank you.", 480),
    ),
    _talk(
        "Harbour Insurance, good afternoon.",
        ("I want to cancel. The premium has gone up again and nobody could tell me why.", -780),
        "I understand. The new premium follows the change of your car last year.",
        ("I have never been told!", -900),
        "I can offer you the tariff with the larger excess, it would be as before.",
        ("Send it to me, I will think about it.", -150),
    ),
)
