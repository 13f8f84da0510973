"""Who works at Harbour Utilities, and who calls there. Names as the world has them: long, and in several scripts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Colleague:
    username: str
    first_name: str
    last_name: str
    team: str
    queues: tuple[str, ...]
    waits_for_human: bool = False


@dataclass(frozen=True)
class Person:
    """Somebody of the CRM: `kind` is Account, Contact or Lead."""

    kind: str
    name: str
    phone: str
    email: str = ""


SERVICE, MOTOR = "Customer service", "Motor and property"
SUPPORT, BILLING, CLAIMS, CLAIMS_2 = "Support", "Billing and refunds", "Claims (motor)", "Claims level 2"
ARABIC, JAPANESE, WRITTEN = "خدمة العملاء باللغة العربية", "日本語サポート（自動車・火災保険）", "Letters and e-mail"

COLLEAGUES = (
    Colleague("agent", "Ines", "Duarte", SERVICE, (SUPPORT, BILLING, CLAIMS, WRITTEN), waits_for_human=True),
    Colleague("tomas.keller", "Tomas", "Keller", MOTOR, (CLAIMS, CLAIMS_2)),
    Colleague("siobhan", "Siobhán", "Ní Dhomhnaill", SERVICE, (SUPPORT, BILLING)),
    Colleague("minh.khai", "Minh Khai", "Nguyễn Thị", SERVICE, (SUPPORT, WRITTEN)),
    Colleague("wojciech", "Wojciech", "Brzęczyszczykiewicz", MOTOR, (CLAIMS, SUPPORT)),
    Colleague("oluwaseun", "Oluwaseun", "Adébáyọ̀-Fashola", SERVICE, (BILLING, SUPPORT, WRITTEN)),
    Colleague("misaki", "美咲", "佐藤", MOTOR, (JAPANESE, CLAIMS)),
    Colleague("alfarsi", "محمد عبد الرحمن", "الفارسي", SERVICE, (ARABIC, SUPPORT, BILLING)),
    Colleague("hannelore", "Hannelore", "Freifrau von Wolkenstein-Trostburg", MOTOR, (CLAIMS_2, CLAIMS)),
)

PEOPLE = (
    Person("Contact", "Marie-Thérèse de la Rochefoucauld-Liancourt", "+33 1 99 00 48 12", "mt@liancourt.example"),
    Person("Contact", "Олександра Вікторівна Коваленко-Добровольська", "+380 44 000 1182"),
    Person("Contact", "محمود بن سليمان العبري", "+968 2200 0417", "abri@muscat.example"),
    Person("Contact", "Zdeňka Šťastná-Řeháková", "+420 2 0000 7715", "zdenka@stastna.example"),
    Person("Contact", "Pilar Etxeberria-Goikoetxea", "+34 91 555 01 88", "pilar@etxeberria.example"),
    Person("Contact", "Wei Xiuying", "+44 20 7946 0301", "wei@harbourview.example"),
    Person("Contact", "Abdülkadir Çağlayan-Özdemir", "+90 212 000 4471"),
    Person("Contact", "Gwenllian ferch Rhys-Pryce", "+44 29 2018 0577", "gwen@rhys-pryce.example"),
    Person("Contact", "अनुराधा वेंकटसुब्रमण्यन", "+91 44 0000 2290", "anuradha@venkat.example"),
    Person("Contact", "Jón Þór Ásgeirsson", "+354 000 3318"),
    Person("Contact", "Λουκία Παπαδοπούλου-Χατζηγεωργίου", "+30 21 0000 6612"),
    Person("Contact", "Bo Li", "+44 20 7946 0919", "bo@li.example"),
    Person("Contact", "רבקה בן־דוד", "+972 3 000 7716", "rivka@bendavid.example"),
    Person("Contact", "Thandiwe Nomvula Mkhize-van der Merwe", "+27 21 000 5604"),
    Person("Account", "株式会社 東京海運ロジスティクス", "+81 3 0000 8841", "desk@tokyo-kaiun.example"),
    Person("Account", "Transportes Ortiz de Zárate e Hijos, S.L.", "+34 94 000 3090", "flota@ortiz-zarate.example"),
    Person("Account", "Harbourside Bakery & Sons Ltd", "+44 1632 960 455", "till@harbourside.example"),
    Person("Account", "Sparkasse Grünwald-Oberhaching", "+49 89 0000 1177", "service@sgo.example"),
    Person("Lead", "Renée Åkerström", "+46 8 000 5521", "renee@akerstrom.example"),
    Person("Lead", "김 하늘", "+82 2 0000 9135"),
)
STRANGERS = ("+44 1632 960 118", "+44 1632 960 204", "+44 1632 960 733", "+49 30 23125 417", "+353 1 000 2984")

TOPICS = (
    ("fee reversal", "Card Fee Reversal", "OmniScript", "Completed"),
    ("change of address", "Move House", "Flow", "Completed"),
    ("instalment plan", "Instalments", "OmniScript", "Initiated"),
    ("meter reading", "Enter a Reading", "QuickAction", "Completed"),
    ("claim opened", "Open a Motor Claim", "OmniScript", "Completed"),
    ("replacement car", "Order a Replacement Car", "OmniScript", "Failed"),
    ("direct debit", "New Direct Debit", "Flow", "Completed"),
)
REASONS = ("Unknown charges", "Moving house", "Late instalment", "Damage after a storm", "Refund", "Meter reading")
DISPOSITIONS = ("Answered", "Refund sent", "Claim opened", "Invoice corrected", "Call back promised", "Wrong number")

# What customers and agents write.
LETTERS = (
    "Good morning,\n\nmy last bill is twice what it was before. Has the meter been read wrongly?\n\nKind regards",
    "Hello,\n\nwe move on the first of next month. What do you need from us?\n\nBest wishes",
    "The storm took two tiles off the roof. Photographs follow. Am I covered?",
    "I have not had the refund that was promised three weeks ago.",
)
SECOND_LETTERS = ("Thank you, that helps.", "Sorry, one more question: from when does this hold?", "Thank you!")
ANSWERS = (
    "Thank you for your message. I have looked into it and corrected the amount; the difference comes back to you.",
    "Thank you for writing. All we need is the new address and the day; I have noted the rest.",
)
CUSTOMER_LINES = (
    "Yes, that is right.",
    "One moment, I look it up.",
    "It says 48 731.",
    "And when will that be?",
    "Thanks!",
)
AGENT_LINES = (
    "Good day, I am here to help.",
    "Let me have a look.",
    "May I have your policy number?",
    "I have corrected that for you.",
    "Is there anything else?",
)
