"""Files that somebody has prepared, or that went wrong on the way: each a name, the import it is given to, and its bytes.

Every one of them is read or refused in a sentence, in seconds and in little room, and changes nothing that was not asked for.
"""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET = "xl/worksheets/sheet1.xml"
_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {c} "{f"&{b};" * 10}">' for b, c in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
_OUTSIDE = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/hostname">]>'


@dataclass(frozen=True, slots=True)
class Spoiled:
    """One such file: what it is given to as, what it is called, and how it is made."""

    name: str
    kind: str
    file: str
    made: Callable[[], bytes]

    def write(self, folder: Path) -> Path:
        path = folder / self.file
        path.write_bytes(self.made())
        return path


# ---------------------------------------------------------------- workbooks


def book(rows: object = None, **parts: str | bytes) -> bytes:
    """A small workbook, some of its parts replaced (`/` and `.` written as `__` and `_`) or added."""
    from openpyxl import Workbook

    made, out = Workbook(), io.BytesIO()
    for row in (
        rows if isinstance(rows, list) else [["First name", "Last name", "Program"], ["Änne", "Müller", "housing"]]
    ):
        made.active.append(row)
    made.save(out)
    return repacked(out.getvalue(), {_called(name): text for name, text in parts.items()})


def _called(name: str) -> str:
    known = {
        "sheet": _SHEET, "strings": "xl/sharedStrings.xml", "workbook": "xl/workbook.xml", "types": "[Content_Types].xml",
        "rels": "xl/_rels/workbook.xml.rels", "core": "docProps/core.xml", "styles": "xl/styles.xml",
    }  # fmt: skip
    return known.get(name, name)


def repacked(data: bytes, parts: dict[str, str | bytes], *, without: tuple[str, ...] = ()) -> bytes:
    """A zip once more, with these members instead of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in without and info.filename not in parts:
                new.writestr(info.filename, old.read(info))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def sheet(cells: str, declared: str = "", *, encoding: str = "UTF-8") -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{declared}<worksheet xmlns="{_MAIN}"><sheetData>{cells}</sheetData></worksheet>'


def _inline(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def _row(*cells: str) -> str:
    return f"<row>{''.join(map(_inline, cells))}</row>"


HEAD = _row("First name", "Last name", "Program")


def elsewhere(part: str, content: str | bytes) -> bytes:
    """A workbook whose sheet lies in a part of another name."""
    rels = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
        f' Target="/{part}"/></Relationships>'
    )
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        f'<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    )
    return repacked(book(rels=rels, types=types), {part: content}, without=(_SHEET,))


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def _many_members() -> bytes:
    """Each of them small enough to be read, together a hundred times what is there."""
    blank = b"<x>" + b" " * (16 * 1024 * 1024) + b"</x>"
    return repacked(book(), {f"xl/extra{n}.xml": blank for n in range(12)})


BOOKS: dict[str, Callable[[], bytes]] = {
    **{
        f"entities that grow, in {part}": lambda part=part: book(**{part: f'<?xml version="1.0"?>{_LAUGHS}<x>&i;</x>'})
        for part in ("sheet", "strings", "workbook", "types", "rels", "core", "styles")
    },
    "a file from outside": lambda: book(sheet=sheet(HEAD + _row("&i;", "b", "c"), _OUTSIDE)),
    "entities in a sheet of another name": lambda: elsewhere("xl/sheet.dat", sheet(HEAD + _row("&i;"), _LAUGHS)),
    "entities in a sheet that is called a picture": lambda: elsewhere(
        "xl/media/a.png", sheet(HEAD + _row("&i;"), _LAUGHS)
    ),
    "entities in UTF-16": lambda: book(sheet=sheet(HEAD + _row("&i;"), _LAUGHS, encoding="UTF-16").encode("utf-16")),
    "entities in UTF-7": lambda: book(
        sheet=b'<?xml version="1.0" encoding="UTF-7"?>'
        + sheet(HEAD + _row("&i;"), _LAUGHS).split("?>", 1)[1].encode("utf-7")
    ),
    "entities in a Cyrillic page": lambda: book(
        sheet=sheet(HEAD + _row("&i;"), _LAUGHS, encoding="cp855").encode("ascii")
    ),
    "a part that grows": lambda: book(sheet=sheet(HEAD + " " * (33 * 1024 * 1024))),
    "many parts that grow": _many_members,
    "a cell of 10 MB": lambda: book(sheet=sheet(HEAD + _row("x" * 10_000_000, "b", "housing"))),
    "words of 10 MB": lambda: book(
        strings=f'<sst xmlns="{_MAIN}" count="1"><si><t>{"y" * 10_000_000}</t></si></sst>',
        sheet=sheet(HEAD + '<row><c t="s"><v>0</v></c></row>'),
    ),
    "many words": lambda: book(strings=f'<sst xmlns="{_MAIN}">{"<si><t/></si>" * 500_000}</sst>'),
    "words that are not there": lambda: book(
        sheet=sheet(HEAD + '<row><c t="s"><v>99</v></c><c t="s"><v>-7</v></c></row>')
    ),
    "a row past the last": lambda: book(sheet=sheet(HEAD + f'<row r="99999999">{_inline("a")}</row>')),
    "a row before the first": lambda: book(sheet=sheet(HEAD + f'<row r="-5">{_inline("a")}</row><row r="x"/>')),
    "a cell far to the right": lambda: book(sheet=sheet(HEAD + '<row r="2"><c r="ZZZZZZ2"><v>1</v></c></row>')),
    "five thousand columns": lambda: book(sheet=sheet(f"<row>{_inline('a') * 5_000}</row>")),
    "rows of nothing": lambda: book(sheet=sheet(HEAD + "<row/>" * 30_000)),
    "sizes that are not so": lambda: book(
        sheet=sheet(HEAD).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    ),
    "deep within": lambda: book(sheet=sheet(HEAD + "<row>" * 8_000 + "</row>" * 8_000)),
    "numbers that are none": lambda: book(
        sheet=sheet(
            HEAD + '<row><c><v>1e9999</v></c><c t="n"><v>x</v></c><c t="b"><v>maybe</v></c><c t="d"><v>?</v></c></row>'
        )
    ),
    "days that are none": lambda: book([["First name", "Last name", "Born"], ["a", "b", 2958466.5], ["a", "c", -1]]),
    "kinds that are none": lambda: book(sheet=sheet(HEAD + '<row><c t="zzz" s="9999"><v>1</v></c></row>')),
    "formulas": lambda: book(
        [["First name", "Last name", "Program", "Phone"], ['=cmd|"/C calc"!A0', "=1/0", "@SUM(1)", "=HYPERLINK(1)"]]
    ),
    "formulas without end": lambda: book(sheet=sheet(HEAD + f"<row><c><f>{'A1+' * 3_000_000}</f></c></row>")),
    "a workbook within": lambda: repacked(book(), {"xl/embeddings/x.xlsx": book()}),
    "one part twice": lambda: book() + book(),
    "no part": lambda: zipped(("[Content_Types].xml", b"")),
    "a directory of parts only": lambda: zipped(("xl/workbook.xml", b"<x/>"), ("[Content_Types].xml", b"<x/>")),
}


# ---------------------------------------------------------------- plain text

_LIST = "First name;Last name;Program;Opened\nÄnne;Müller;housing;2026-01-15\n"
CSVS: dict[str, Callable[[], bytes]] = {
    "signs of nothing": lambda: _LIST.encode() + b"\x00\x00;a\x00b;housing;\x00\n" * 50,
    "nothing but signs of nothing": lambda: b"\x00" * 3_000_000,
    "a quotation mark alone": lambda: _LIST.encode() + b'"never closed;a;b\n' + b"x;y;z;2026-01-01\n" * 50_000,
    "quotation marks anywhere": lambda: _LIST.encode() + b'a"b;"c"d;""e"";"\n' * 20,
    "a hundred thousand columns": lambda: (";".join(f"c{n}" for n in range(100_000)) + "\n1;2\n").encode(),
    "a hundred thousand columns of one name": lambda: ("First name;" * 90_000 + "\na;b\n").encode(),
    "a row of a hundred thousand cells": lambda: (_LIST + "x;" * 100_000 + "\n").encode(),
    "a cell of 10 MB": lambda: (_LIST + "x" * 10_000_000 + ";b;housing;2026-01-01\n").encode(),
    "a quoted cell of 10 MB": lambda: (_LIST + '"' + "x\n" * 5_000_000 + '";b;housing;2026-01-01\n').encode(),
    "a line without end": lambda: b"First name;Last name" * 600_000,
    "line ends alone": lambda: b"\n" * 3_000_000,
    "letters of several kinds": lambda: (
        _LIST.encode() + _LIST.encode("cp1252") + _LIST.encode("utf-16") + "Ж;д;housing;\n".encode("koi8-r")
    ),
    "half a letter": lambda: _LIST.encode("utf-16")[:-1],
    "a mark and nothing": lambda: b"\xff\xfe",
    "wrong kinds": lambda: (_LIST + "0;1e999;housing;0000-00-00\nNaN;Infinity;-1;99999-12-31\n").encode(),
    "formulas": lambda: (_LIST + '=cmd|"/C calc"!A0;@SUM(1);housing;+1\n').encode(),
    "shuffled columns": lambda: "Opened;Program;Last name;First name\nÄnne;Müller;housing;2026-01-15\n".encode(),
    "letters that turn": lambda: (_LIST + "\u202eanna;\ud83d\ude00;housing;2026-01-01\n").encode(
        "utf-8", "surrogatepass"
    ),
    "numbers too long": lambda: (_LIST + f"a;b;housing;{'9' * 6000}\n").encode(),
}


# ---------------------------------------------------------------- calendars


def calendar(*lines: str | bytes, zone: str = "") -> bytes:
    told = b"\r\n".join(one.encode() if isinstance(one, str) else one for one in lines)
    start = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + zone.encode()
    return start + b"BEGIN:VEVENT\r\nUID:one@x\r\n" + told + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def _zone(name: str, *rules: str) -> str:
    parts = "".join(
        f"BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n{rule}END:STANDARD\r\n"
        for rule in rules
    )
    return f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\n{parts}END:VTIMEZONE\r\n"


_AT = "DTSTART:20270105T090000Z"
ICSES: dict[str, Callable[[], bytes]] = {
    **{
        f"comes again by {rule[:40]}": lambda rule=rule: calendar(_AT, f"RRULE:{rule}")
        for rule in (
            "FREQ=SECONDLY",
            "FREQ=MINUTELY;INTERVAL=1",
            "FREQ=DAILY;BYHOUR=1,2,3;BYSECOND=1,2",
            "FREQ=DAILY;COUNT=999999999",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31",
            "FREQ=DAILY;INTERVAL=999999999999",
            "FREQ=WEEKLY;BYDAY=" + "MO," * 20_000 + "MO",
            "FREQ=YEARLY;BYSETPOS=366;BYDAY=MO",
            "FREQ=DAILY;UNTIL=00010101",
            "FREQ=DAILY;COUNT=-1",
            "FREQ=DAILY;UNTIL=99991231T235959Z",
        )
    },
    "from long ago every day": lambda: calendar("DTSTART:00010101T000000Z", "RRULE:FREQ=DAILY"),
    "a zone that is another": lambda: calendar("DTSTART;TZID=../../etc/passwd:20270105T090000"),
    "a zone with a name without end": lambda: calendar(f"DTSTART;TZID={'A' * 50_000}:20270105T090000"),
    "a zone that changes each second": lambda: calendar(
        "DTSTART;TZID=Mine:20270105T090000", zone=_zone("Mine", "RRULE:FREQ=SECONDLY\r\n", "RRULE:FREQ=MINUTELY\r\n")
    ),
    "a zone that changes each day": lambda: calendar(
        "DTSTART;TZID=Mine:20270105T090000", zone=_zone("Mine", "RRULE:FREQ=DAILY\r\n", "RRULE:FREQ=HOURLY\r\n")
    ),
    "a zone days away": lambda: calendar(
        "DTSTART;TZID=Mine:20270105T090000", zone=_zone("Mine", "").replace("+0100", "+9900").replace("1970", "0001")
    ),
    "a thousand zones": lambda: calendar(_AT, zone="".join(_zone(f"Z{n}", "") for n in range(4_000))),
    "folded a million times": lambda: calendar(_AT, "SUMMARY:" + "\r\n x" * 1_000_000),
    "folded without letters": lambda: calendar(_AT, "SUMMARY:x" + "\r\n " * 1_000_000),
    "a picture of 20 MB": lambda: calendar(_AT, "ATTACH;ENCODING=BASE64;VALUE=BINARY:" + "A" * 20_000_000),
    "a UID of 10 MB": lambda: calendar(_AT, "SUMMARY:x").replace(b"one@x", b"u" * 10_000_000),
    "many that begin": lambda: b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 19_000,
    "many within each other": lambda: calendar(_AT, *["BEGIN:VALARM"] * 100_000),
    "many of one name": lambda: (
        b"BEGIN:VCALENDAR\r\n" + calendar(_AT, "SUMMARY:x")[30:-15] * 3_000 + b"END:VCALENDAR\r\n"
    ),
    "more than can be": lambda: b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 21_000,
    "dates without end": lambda: calendar(_AT, "RDATE:" + ",".join(["20270106T090000Z"] * 100_000)),
    "days that do not take place without end": lambda: calendar(
        _AT, "RRULE:FREQ=DAILY", *["EXDATE:20270106T090000Z"] * 5_000
    ),
    "lengths beyond time": lambda: calendar(_AT, "DURATION:P99999999999999W"),
    "signs of nothing": lambda: calendar(_AT, "SUMMARY:a\x00b", "UID:\x00"),
    "letters of no kind": lambda: calendar(_AT, b"SUMMARY:\xff\xfe\xc3"),
    "a to-do of the year one": lambda: calendar("DUE;VALUE=DATE:00010101", "SUMMARY:x").replace(b"VEVENT", b"VTODO"),
}


# ---------------------------------------------------------------- directories and questionnaires


def _service(**more: object) -> dict[str, object]:
    return {
        "id": "s1",
        "name": "Soup",
        "status": "active",
        "organization": {"id": "o1", "name": "Helpers", "email": "a@b.c"},
    } | more


def _deep(depth: int) -> bytes:
    inner: bytes = b'{"id":"s","name":"n","status":"active"}'
    for n in range(depth):
        inner = (
            b'{"id":"o%d","name":"n","email":"e","services":[{"id":"s%d","name":"n","status":"active","organization":%s}]}'
            % (n, n, inner)
        )
    return inner


JSONS: dict[str, Callable[[], bytes]] = {
    "brackets without end": lambda: b"[" * 200_000,
    "objects within each other": lambda: b'{"a":' * 100_000,
    "services within services": lambda: _deep(140),
    "services far within services": lambda: _deep(300),
    "numbers too long": lambda: json.dumps(_service()).encode().replace(b'"Soup"', b"1" * 6000),
    "ages too long": lambda: json.dumps(_service(minimum_age="9" * 6000, maximum_age=9.5)).encode(),
    "room too large": lambda: json.dumps(_service(capacities=[{"maximum": "9" * 6000}])).encode(),
    "one key twice": lambda: (
        b'{"id":"a","id":"b","name":"n","status":"active","status":"x","organization":{"id":"o","name":"h","email":"e"}}'
    ),
    "halves of letters": lambda: json.dumps(_service(id="\ud800", name="S\udc00", description="\udfff")).encode(),
    "signs of nothing": lambda: json.dumps(_service(id="a\x00b", name="\x00S")).encode(),
    "no numbers": lambda: json.dumps(_service(latitude=float("nan"), cost_options=[{"amount": float("inf")}])).encode(),
    "wrong kinds": lambda: json.dumps(
        {"contents": [1, None, [], {"id": 5}, _service(organization=[1], phones={"a": []}, schedules="x")]}
    ).encode(),
    "a name of 10 MB": lambda: json.dumps(_service(name="x" * 10_000_000)).encode(),
    "an id of 10 MB": lambda: json.dumps(_service(id="x" * 10_000_000)).encode(),
    "many of one id": lambda: json.dumps([_service() for _n in range(5_000)]).encode(),
    "UTF-16": lambda: json.dumps(_service()).encode("utf-16"),
    "cut off": lambda: json.dumps(_service()).encode()[:-20],
    "tags without end": lambda: json.dumps(_service(description="<" * 1_000_000 + "&" * 1_000_000)).encode(),
}


def _csv_directory(columns: str, row: str) -> bytes:
    return zipped(("services.csv", f"{columns}\n{row}\n".encode()), ("organizations.csv", b"id,name\no1,Helpers\n"))


DIRECTORIES: dict[str, Callable[[], bytes]] = {
    "a hundred thousand columns": lambda: _csv_directory("id,name," + ",".join(["x"] * 100_000), "1,Soup"),
    "ages too long": lambda: _csv_directory("id,name,organization_id,minimum_age", f"1,Soup,o1,{'9' * 6000}"),
    "signs of nothing": lambda: _csv_directory("id,name,organization_id", "1\x00,S\x00,o1"),
}
ARCHIVES: dict[str, Callable[[], bytes]] = {
    "a zip within a zip": lambda: zipped(("a.zip", zipped(("b.zip", zipped(("Export.csv", b"a,b\n")))))),
    "names that climb out": lambda: zipped(("../../Export.csv", b"a,b\n"), ("/etc/Client.csv", b"a\n")),
    "a file that grows": lambda: zipped(("Export.csv", b"a" * 33 * 1024 * 1024)),
    "many files that grow": lambda: zipped(*((f"x{n}.csv", b"," * 12 * 1024 * 1024) for n in range(12))),
    "more files than can be": lambda: zipped(*((f"{n}.csv", b"") for n in range(10_500))),
    "files of no name": lambda: zipped(("/", b"a"), (".csv", b"a"), ("/.csv", b"a")),
    "cut off": lambda: zipped(("Export.csv", b"a,b\n" * 1000))[:60],
}
QUESTIONNAIRES: dict[str, Callable[[], bytes]] = {
    "brackets without end": lambda: b'{"resourceType":"Questionnaire","item":' + b"[" * 100_000,
    "questions within questions": lambda: (
        b'{"resourceType":"Questionnaire","status":"active","title":"T","item":['
        + b'{"linkId":"1","type":"group","item":[' * 200
        + b"]}" * 200
        + b"]}"
    ),
    "numbers too long": lambda: b'{"resourceType":"Questionnaire","version":' + b"1" * 6000 + b"}",
    "halves of letters": lambda: json.dumps(
        {
            "resourceType": "Questionnaire",
            "title": "\ud800",
            "name": "a",
            "item": [{"linkId": "1", "type": "string", "text": "\udfff"}],
        }
    ).encode(),
    "wrong kinds": lambda: b'{"resourceType":"Questionnaire","title":[1],"item":{"linkId":{}}}',
}

ALL: tuple[Spoiled, ...] = tuple(
    Spoiled(name, kind, file, made)
    for kind, file, found in (
        ("sheet", "list.xlsx", BOOKS), ("sheet", "list.csv", CSVS), ("ics", "calendar.ics", ICSES), ("hsds", "services.json", JSONS),
        ("hsds", "directory.zip", DIRECTORIES), ("hsds", "archive.zip", ARCHIVES), ("hmis", "export.zip", ARCHIVES),
        ("sheet", "list.zip", ARCHIVES), ("questionnaire", "form.json", QUESTIONNAIRES),
    )
    for name, made in found.items()
)  # fmt: skip


# ---------------------------------------------------------------- by chance

_TOKENS = (
    b"\x00", b'"', b"\r\n ", b";", b",", b"<!DOCTYPE x>", b"&lt;", b"\xff\xfe", b"9" * 400, b"BEGIN:VEVENT\r\n", b"END:VCALENDAR", b"{", b"[",
    b"null", b"\xed\xa0\x80", b"2026-02-30", b"=1+1", b"RRULE:FREQ=SECONDLY", b"PK\x03\x04",
)  # fmt: skip


def by_chance(whole: bytes, chance: random.Random) -> bytes:
    """A file cut off, with bytes changed, with a piece of it doubled, moved or taken out, or something foreign in it; often several."""
    content = bytearray(whole)
    for _n in range(chance.randint(1, 4)):
        size = max(len(content), 1)
        at, length = chance.randrange(size), chance.randint(1, max(size // 8, 1))
        piece = bytes(content[at : at + length])
        match chance.randrange(6):
            case 0:
                del content[at:]
            case 1:
                for _m in range(chance.randint(1, 20)):
                    if content:
                        content[chance.randrange(len(content))] = chance.randrange(256)
            case 2:
                del content[at : at + length]
            case 3:
                content[at:at] = piece * chance.randint(1, 4)
            case 4:
                del content[at : at + length]
                there = chance.randrange(len(content) + 1)
                content[there:there] = piece
            case _:
                content[at:at] = chance.choice(_TOKENS) * chance.randint(1, 3)
    return bytes(content)


def whole_ones() -> Iterator[tuple[str, str, bytes]]:
    """(the import, a name, the bytes) of files that are as they should be, to be spoiled by chance."""
    rows = [["Client ID", "First name", "Last name", "Program", "Opened", "Next step", "Due", "Phone"]]
    rows += [
        [str(n), f"Amina {n}", "Yusuf", "housing", "2026-01-05", "Ring", "2027-01-15", "079 123"] for n in range(6)
    ]
    text = "\n".join(";".join(row) for row in rows).encode()
    yield "sheet", "list.csv", text
    yield "sheet", "list.csv", text.decode().encode("utf-16")
    yield "sheet", "list.xlsx", book(rows)
    rule = (
        "RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=MO,TH",
        "EXDATE:20270112T090000Z",
        "SUMMARY:a\\, b",
        "SEQUENCE:2",
        "LOCATION:Library",
    )
    yield (
        "ics",
        "calendar.ics",
        calendar(
            "DTSTART;TZID=Mine:20270105T090000", "DURATION:PT30M", *rule, zone=_zone("Mine", "RRULE:FREQ=YEARLY\r\n")
        ),
    )
    services = [
        _service(id=f"s{n}", phones=[{"number": "12"}], schedules=[{"byday": "MO", "opens_at": "9", "closes_at": "17"}])
        for n in range(4)
    ]
    yield "hsds", "services.json", json.dumps({"contents": services, "total_pages": 1, "page_number": 1}).encode()
    yield "hsds", "directory.zip", _csv_directory("id,name,organization_id,minimum_age,fees", "1,Soup,o1,18,none")
