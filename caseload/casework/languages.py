"""Languages by their codes (ISO 639-1, perhaps with a region), as people type them: `de`, `german`, `Deutsch`, `pt-br`."""

from __future__ import annotations

import re
from functools import cache

from ..errors import Usage
from ..messages import _
from ..text import fold

_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")

# ISO 639-1: the code, its English name, and what its speakers call it where that is not the same word.
_KNOWN = """
aa Afar|ab Abkhazian|ae Avestan|af Afrikaans|ak Akan|am Amharic|an Aragonese|ar Arabic/العربية|as Assamese|av Avaric
ay Aymara|az Azerbaijani|ba Bashkir|be Belarusian/беларуская|bg Bulgarian/български|bi Bislama|bm Bambara
bn Bengali/Bangla/বাংলা|bo Tibetan|br Breton|bs Bosnian/bosanski|ca Catalan/català|ce Chechen|ch Chamorro|co Corsican
cr Cree|cs Czech/čeština|cu Church Slavic|cv Chuvash|cy Welsh/Cymraeg|da Danish/dansk|de German/Deutsch
dv Divehi|dz Dzongkha|ee Ewe|el Greek/ελληνικά|en English|eo Esperanto|es Spanish/Castilian/español
et Estonian/eesti|eu Basque/euskara|fa Persian/Farsi/فارسی|ff Fulah/Fula|fi Finnish/suomi|fj Fijian|fo Faroese|fr French/français
fy Western Frisian|ga Irish/Gaeilge|gd Scottish Gaelic|gl Galician/galego|gn Guarani|gu Gujarati|gv Manx|ha Hausa|he Hebrew/עברית
hi Hindi/हिन्दी|ho Hiri Motu|hr Croatian/hrvatski|ht Haitian/Haitian Creole/Kreyòl|hu Hungarian/magyar|hy Armenian/հայերեն|hz Herero
ia Interlingua|id Indonesian|ie Interlingue|ig Igbo|ii Sichuan Yi|ik Inupiaq|io Ido|is Icelandic/íslenska|it Italian/italiano
iu Inuktitut|ja Japanese/日本語|jv Javanese|ka Georgian/ქართული|kg Kongo|ki Kikuyu|kj Kuanyama|kk Kazakh|kl Kalaallisut|km Khmer
kn Kannada|ko Korean/한국어|kr Kanuri|ks Kashmiri|ku Kurdish/kurdî|kv Komi|kw Cornish|ky Kirghiz/Kyrgyz|la Latin|lb Luxembourgish
lg Ganda/Luganda|li Limburgish|ln Lingala|lo Lao|lt Lithuanian/lietuvių|lu Luba-Katanga|lv Latvian/latviešu|mg Malagasy
mh Marshallese|mi Maori|mk Macedonian/македонски|ml Malayalam|mn Mongolian|mr Marathi|ms Malay|mt Maltese/Malti|my Burmese|na Nauru
nb Norwegian Bokmål/bokmål|nd North Ndebele|ne Nepali|ng Ndonga|nl Dutch/Flemish/Nederlands|nn Norwegian Nynorsk/nynorsk
no Norwegian/norsk|nr South Ndebele|nv Navajo|ny Chichewa/Nyanja|oc Occitan|oj Ojibwa|om Oromo|or Oriya|os Ossetian
pa Punjabi/Panjabi/ਪੰਜਾਬੀ|pi Pali|pl Polish/polski|ps Pashto/Pushto/پښتو|pt Portuguese/português|qu Quechua|rm Romansh|rn Rundi/Kirundi
ro Romanian/Moldovan/română|ru Russian/русский|rw Kinyarwanda|sa Sanskrit|sc Sardinian/sardu|sd Sindhi|se Northern Sami|sg Sango
si Sinhala|sk Slovak/slovenčina|sl Slovenian/Slovene/slovenščina|sm Samoan|sn Shona|so Somali/Soomaali|sq Albanian/shqip
sr Serbian/српски/srpski|ss Swati|st Southern Sotho|su Sundanese|sv Swedish/svenska|sw Swahili/Kiswahili|ta Tamil/தமிழ்|te Telugu
tg Tajik|th Thai/ไทย|ti Tigrinya/ትግርኛ|tk Turkmen|tl Tagalog|tn Tswana|to Tonga|tr Turkish/Türkçe|ts Tsonga|tt Tatar|tw Twi|ty Tahitian
ug Uighur/Uyghur|uk Ukrainian/українська|ur Urdu/اردو|uz Uzbek|ve Venda|vi Vietnamese/tiếng Việt|vo Volapük|wa Walloon
wo Wolof|xh Xhosa|yi Yiddish|yo Yoruba|za Zhuang|zh Chinese/Mandarin/中文|zu Zulu
"""  # fmt: skip


@cache
def _names() -> dict[str, tuple[str, ...]]:
    lines = (one.strip().split(" ", 1) for one in _KNOWN.replace("\n", "|").split("|") if one.strip())
    return {code: tuple(names.split("/")) for code, names in lines}


@cache
def _by_name() -> dict[str, str]:
    return {fold(name): code for code, names in _names().items() for name in names}


def code(typed: str) -> str:
    """The language that was typed: its code, its name in English or in itself, or the start of one name alone. Raises Usage."""
    text = typed.strip().lower()
    if text.partition("-")[0] in _names() and _CODE.fullmatch(text):
        return text
    folded = fold(typed)
    found = _by_name().get(folded)
    begun = {one for name, one in _by_name().items() if folded and name.startswith(folded)}
    if found is None and len(begun) == 1:
        [found] = begun
    if found is not None:
        return found
    # The rarer ones have codes of three letters (ISO 639-3) and are known by these alone.
    if _CODE.fullmatch(text) and len(text.partition("-")[0]) == 3 and not begun:
        return text
    if begun:
        several = ", ".join(f"{_names()[one][0]} ({one})" for one in sorted(begun)[:6])
        raise Usage(_("Which language is that: {several}?").format(several=several))
    raise Usage(
        _("No language is known as {text!r}: its name, as in German, or its code, as in de or pt-br.").format(
            text=text[:20]
        )
    )


def name(known: str) -> str:
    """What a language is called, by its code; the code where it is known by that alone."""
    begin, _dash, region = known.partition("-")
    called = _names().get(begin, (known,))[0] if begin in _names() else known
    return f"{called} ({known})" if region and begin in _names() else called
