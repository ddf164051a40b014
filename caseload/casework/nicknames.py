"""Short and pet forms of given names, a small table of our own: enough to ask whether two people are one."""

from __future__ import annotations

from functools import cache

# One line a name: its forms in the languages we meet, folded. A form may stand in several lines.
_TABLE = """
abdul abdullah abdel abdou
aleksandr alexander alessandro alejandro alexandre alex sasha sascha sandro sacha aleks oleksandr iskander
aleksandra alexandra alessandra alejandra sandra sasha sandy
ana anna anne annie ann anya hanna hannah anita nina
andrea andreas andrew andrei andrzej andres andy drew
antonio anthony anton antoine antoni tony toni nino tonino antek
antonia antonella antonina tonia nella
barbara barb basia babs
beatrice beatriz beata bea bice
benjamin beniamino ben benny benji
caterina catherine katharina katarzyna ekaterina katerina catalina kate katie kathy kasia katia katya cathy rina tina yekaterina
carlo charles karl carlos karel charlie chuck carlito
chiara clara claire klara
christian cristiano cristian chris kris
christina cristina christine kristina krystyna chris tina kris
daniel daniele dan danny danilo
daniela daniella danielle dani
david davide dave davy dawid daud
domenico dominic dominik domingo mimmo nico
dorothea dorothy dora dolly dot
edward eduardo edoardo eduard ed eddie ted edek
elena helen helena helene olena elene lena lenka nelly ilona
eleonora eleanor leonora nora ellie nella
elisabetta elizabeth elisabeth elzbieta isabel isabella liz lizzie beth betty bettina lisa elisa eliza ela lisbeth
emmanuel emanuele manuel manolo manny
fatima fatma fatimah fatou fatoumata
federico frederick friedrich federica fred freddy fritz chicco
francesco francis francisco franz frank franco frantisek paco pancho cecco ciccio
francesca frances francisca franziska francoise fran franca
gabriele gabriel gabe gabi
gerard gerardo gerhard gerry jerry
giacomo james jacob jakob jaime diego santiago jim jimmy jamie giacobbe jack iago kuba
giorgio george georg jorge jerzy yuri jurgen
giovanni john johann juan jean jan ivan joao hans gianni vanni nino johnny jack vanja vanya
giovanna joan johanna juana jeanne jana ivana gianna vanna joanna asia
giulia julia julie juliana giuliana jules
giuseppe joseph jose josef jozef yusuf youssef beppe peppe pino pippo joe joey pepe
giuseppina josephine josefa pina giusy pepa
gregorio gregory gregor grzegorz greg
hassan hasan
henry enrico enrique heinrich henri harry hank heinz rico
ibrahim abraham abramo abe brahim
ignazio ignacio ignatius nacho
jennifer jenny jen ginevra
khadija khadidja hatice
laura lauren lori laurie
leonardo leonard leo leon lenny
lorenzo laurence lawrence lorenz laurent larry enzo renzo
luigi louis luis ludwig ludovico lou gigi gino
lucia lucy lucie luz
luca lucas luke lukas lukasz
margherita margaret margarita margarete malgorzata meg peggy maggie rita greta gosia rosie
maria mary marie mari mariya maryam miriam molly mia mariella mimi pepa masha manya marija
marco mark marcus marek marcos markus
martino martin marcin
massimo massimiliano maximilian max maksim
matteo matthew matthias mateusz mateo matt
michele michael miguel mikhail michal michel mike mick misha micky mikolaj
michela michelle micaela misha
mohammed muhammad mohamed mohammad mehmet mamadou mo hamid
natalia natalie natasha nadia nata
nicola nicholas nikolaus nicolas mikolaj nick nico klaus kolya niko
oleg olek
olga olya
paolo paul pablo pavel pawel pauli
patrizia patricia pat patty tricia patrycja
patrizio patrick patricio pat paddy
pietro peter pedro pierre piotr petr pete pit piero
raffaele raphael rafael rafal raf lello
riccardo richard ricardo ryszard rick ricky dick rich
roberto robert rob bob bobby roby berto
roberta robbie roby
rosa rose rosalia rosaria rosetta rosy
salvatore salvador turi toto sasa
samuele samuel sam sami
sergio serge sergei serhiy sergej
sofia sophia sophie zofia sonia sonja
stefano stephen steven stefan esteban etienne steve szczepan
stefania stephanie stefanie steffi
svetlana sveta lana
tatiana tatjana tanya tania
teresa theresa therese resi terry tess
tommaso thomas tomas tomasz tom tommy maso
vincenzo vincent vicente vinzenz vince enzo cenzo vinny
vittorio victor viktor vic
vittoria victoria viktoria vicky wiktoria
vladimir volodymyr wladimir vova volodya
william guglielmo wilhelm guillermo guillaume will bill billy liam memo willi
xavier saverio javier ksawery
yevgeny eugene eugenio evgeni gene
"""


@cache
def _lines() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, text in enumerate(_TABLE.strip().splitlines()):
        for form in text.split():
            found.setdefault(form, set()).add(number)
    return {form: frozenset(lines) for form, lines in found.items()}


def related(one: str, other: str) -> bool:
    """Whether two folded given names can be forms of one."""
    lines = _lines()
    return bool(lines.get(one, frozenset()) & lines.get(other, frozenset()))


def forms(name: str) -> list[str]:
    """The folded given names that a folded one may be a form of, itself included."""
    mine = _lines().get(name, frozenset())
    table = _TABLE.strip().splitlines()
    return list(dict.fromkeys([name, *(form for number in sorted(mine) for form in table[number].split())]))
