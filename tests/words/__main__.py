"""`python -m tests.words`: brings the translations up to date with the sources, and says what has none yet."""

import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.words.catalogue import FOLDER, read, with_all, write
    from tests.words.gathering import messages

    said = messages()
    for folder in sorted(FOLDER.iterdir()):
        catalog = with_all(read(folder.name), said)
        write(folder.name, catalog)
        lacking = [message.id for message in catalog if message.id and not all(_texts(message.string))]
        sys.stdout.write(f"{folder.name}: {len(said)} texts, {len(lacking)} without a translation\n")
        sys.stdout.writelines(f"  {text!r}\n" for text in lacking)


def _texts(string: object) -> list[str]:
    return [str(each) for each in string] if isinstance(string, (list, tuple)) else [str(string or "")]


if __name__ == "__main__":
    main()
