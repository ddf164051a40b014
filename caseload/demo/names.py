"""Names for a made-up town: given and family names from many languages, mixed at random. Nobody here is real."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Culture:
    """Names that go together, the language spoken at home, and how many of the town's people it stands for."""

    language: str
    share: int
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    # A woman's family name, where the language tells them apart.
    her: tuple[tuple[str, str], ...] = ()

    def family_of(self, family: str, *, woman: bool) -> str:
        """The family name as a woman or a man of the family bears it."""
        for ending, hers in self.her if woman else ():
            if family.endswith(ending):
                return family[: -len(ending)] + hers
        return family


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


CULTURES: tuple[Culture, ...] = (
    Culture(
        "en",
        21,
        _names("Darlene, Keisha, Tammy, Brianna, Loretta, Shanice, Peggy, Autumn, Jolene, Marcia, Denise, Kayla"),
        _names("Darnell, Curtis, Wendell, Travis, Marvin, Dewayne, Russell, Clyde, Terrence, Leroy, Dustin, Earl"),
        _names(
            "Whitlock, Pruitt, Hargrove, Tolliver, Mayhew, O'Sullivan, Bickford, Fairley, Stokes, Gaines-Perry, "
            "Dunleavy, Cobb, Ridgeway, Sandoz, Purcell, Teague, Lockhart, McAdoo, Bledsoe, Ferris, Hollins, Tuttle, "
            "Youngblood, Sizemore, Applewhite, Crane, Dobbs, Vance-Keller, Mabry, Osgood"
        ),
    ),
    Culture(
        "es",
        17,
        _names("Yesenia, Marisol, Rocío, Inés, Belén, Araceli, Concepción, Noemí, Xiomara, Lucía, Itzel, Ángeles"),
        _names("Rigoberto, Óscar, Efraín, Saúl, Joaquín, Ramón, Iván, Wilmer, Adán, Héctor, Germán, Nicolás"),
        _names(
            "Peña Ruiz, Ibáñez, Quiñones, Zúñiga, Ocampo, de la Vega, Cárcamo, Muñiz, Tejada Solís, Ayala, Bermúdez, "
            "Yáñez, Escalante, Chávez-Lima, Nájera, Barrios, Colón Vega, Figueroa, Guzmán, Huerta, Irigoyen, Lozano, "
            "Montúfar, Olvera, Rosales, Santizo, Urrutia, Villegas"
        ),
    ),
    Culture(
        "it",
        5,
        _names("Giuditta, Assunta, Mirella, Nives, Carmela, Fiorella, Agnese, Loredana"),
        _names("Gennaro, Ruggero, Nicolò, Donato, Egidio, Renzo, Saverio, Ettore"),
        _names("D'Amico, Dell'Orto, Brambilla, Zanetti, Lo Presti, Capuano, De Santis, Pagliarulo, Quaranta"),
    ),
    Culture(
        "ar",
        8,
        _names("Rasha, Hanan, Suha, Maryam, Widad, Ghada, Ikram, Samar"),
        _names("Ziad, Mounir, Yasir, Abdul-Rahim, Khalil, Tarek, Faisal, Nabil"),
        _names("Al-Khatib, Haddad, Mansour, Ben Youssef, El-Amrani, Abu Saleh, Nasrallah, Darwish, Al-Jaziri, Shaheen"),
    ),
    Culture(
        "vi",
        6,
        _names("Thị Hương, Bích Ngọc, Thúy, Kim Liên, Ánh Tuyết, Mỹ Dung"),
        _names("Văn Hải, Đức Thắng, Minh Quân, Hữu Phước, Quốc Bảo, Trọng"),
        _names("Nguyễn, Trần, Phạm, Đặng, Võ, Huỳnh, Bùi, Lê"),
    ),
    Culture(
        "so",
        7,
        _names("Hodan, Ifrah, Sahra, Ubah, Fadumo, Nimco, Asha, Hibaaq"),
        _names("Abdirahman, Cabdullahi, Liban, Guled, Yusuf, Axmed, Mahad, Bashiir"),
        _names("Warsame, Cabdi Xasan, Jama, Farah, Aadan, Nuur, Mohamud, Cilmi, Dirir"),
    ),
    Culture(
        "zh",
        6,
        _names("Yu-Ting, Xiuying, Meilan, Jiayi, Shufen, Lihua"),
        _names("Zhiwei, Guoqiang, Jun-Hao, Weimin, Yong, Haoran"),
        _names("Chen, Ouyang, Lü, Xie, Guo, Tan, Zheng, Hsu"),
    ),
    Culture(
        "uk",
        6,
        _names("Oksana, Halyna, Liudmyla, Svitlana, Daryna, Nadiia"),
        _names("Bohdan, Taras, Ostap, Vasyl, Mykhailo, Ruslan"),
        _names("Kovalchuk, Hrytsenko, Bondarenko, Savchuk, Marchenko, Lysenko, Dovzhanskyi, Vyshnevskyi"),
        (("skyi", "ska"),),
    ),
    Culture(
        "hmn",
        6,
        _names("Mai Yia, Pa Houa, Kalia, Gaoly, Bao, Mee"),
        _names("Tou Ger, Cheng, Kou, Nhia, Fue, Pao"),
        _names("Vang, Xiong, Moua, Yang, Thao, Lor, Her, Khang"),
    ),
    Culture(
        "fr",
        3,
        _names("Aïssatou, Solène, Françoise, Béatrice, Aminata"),
        _names("Étienne, Mamadou, Benoît, Jean-Noël, Ousmane"),
        _names("N'Diaye, Diallo, Lefèvre, Traoré, Saint-Aubin, Bélanger"),
    ),
    Culture(
        "pt",
        3,
        _names("Conceição, Graça, Luzia, Iolanda, Fátima"),
        _names("João Pedro, Edmílson, Adão, Valdir, Simão"),
        _names("Gonçalves, Brandão, Assunção, Lourenço, Vidigal, Simões"),
    ),
    Culture(
        "pl",
        3,
        _names("Bożena, Agnieszka, Wiesława, Małgorzata, Jadwiga"),
        _names("Łukasz, Zbigniew, Wojciech, Grzegorz, Sławomir"),
        _names("Śliwiński, Gałązka, Wróbel, Kowalski, Żurawski, Pietrzak"),
        (("ski", "ska"),),
    ),
    Culture(
        "am",
        3,
        _names("Tigist, Almaz, Selamawit, Hirut"),
        _names("Dawit, Getachew, Yonas, Tesfaye"),
        _names("Bekele, Wolde-Mariam, Tadesse, Gebre, Mulugeta"),
    ),
    Culture(
        "hi",
        2,
        _names("Sunita, Kavita, Rekha, Manju"),
        _names("Ramesh, Suresh, Harjit, Vinod"),
        _names("Choudhary, Yadav, Bhatt, Saini, Grewal"),
    ),
    Culture(
        "fa",
        3,
        _names("Zohreh, Mahnaz, Parvaneh, Shirin"),
        _names("Hamid, Davoud, Rostam, Najib"),
        _names("Ahmadzai, Karimzadeh, Rahimi, Noorzai, Tavakoli"),
    ),
    Culture(
        "ht",
        3,
        _names("Roseline, Guerda, Mirlande, Islande"),
        _names("Wilner, Frantz, Jean-Robert, Evens"),
        _names("Pierre-Louis, Désir, Saintil, Charlot, Jean-Baptiste"),
    ),
    Culture(
        "ko",
        1,
        _names("Eun-ji, Mi-sook, Hye-won"),
        _names("Sang-ho, Jae-min, Dong-hyun"),
        _names("Kwon, Shin, Noh, Baek"),
    ),
    Culture(
        "sw",
        2,
        _names("Neema, Furaha, Zawadi"),
        _names("Baraka, Juma, Amani"),
        _names("Mwangaza, Kabongo, Ndayisenga, Bahati"),
    ),
)


@dataclass(frozen=True, slots=True)
class Someone:
    """A person whose name says something about names: lists and forms must bear them all."""

    given: str
    family: str
    language: str | None
    alias: str | None = None
    # HMIS 3.01.5: 2 is a partial name, a street name or a code name.
    quality: int = 1


# A hundred letters, as a form may really hold them.
LONG_FAMILY = "Ramananandrasana-Rakotondrabehevitra-Andriamihantasoa-Razafindramiandra-Rasolofondrazanabeharilivana"

REMARKABLE: tuple[Someone, ...] = (
    Someone("ليلى", "حدّاد", "ar", "Layla Haddad"),
    Someone("Robin", "Vale 🌻", "en"),
    Someone("Wayan", "", "id"),
    Someone("Hoa", LONG_FAMILY, "mg"),
    Someone("Dee", "Calloway [Jr.]", "en"),
    Someone("Олена", "Гриценко", "uk", "Olena Hrytsenko"),
    Someone('Theodora "Teddy"', "Marsh", "en"),
    Someone("美玲", "黃", "zh", "Mei-Ling Huang"),
    Someone("Blue Jacket", "", None, "Jimmy", 2),
    Someone("", "Hawo", "so"),
    Someone("Å", "Ø", "da"),
    Someone("Seán Óg", "Ó hÉigeartaigh", "ga"),
)

# What people are called besides.
NICKNAMES = _names("Skip, Didi, Junior, Mama Jo, Chucho, Babs, Mimi, Big Lou, Nena, Tiny, Pops, Coco, Rusty, Bibi")

STREETS = _names(
    "Alder Street, Quarry Road, Mill Lane, Harbor View, Tannery Row, Orchard Avenue, Kestrel Court, Depot Street, "
    "Willow Bend, Foundry Hill, Chapel Walk, Ferry Road, Larkspur Way, Canal Street, Juniper Place"
)
