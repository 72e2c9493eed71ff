"""What `tlm write` must make of rows: slow, and written from the manual rather than from the code.

convert(sources, options) takes [(name, bytes)] and returns a Result: every point in input order,
the bad rows, and how it ended. Values are compared as tuples that equal only when they are the same
to the last bit:

    ("double", bits) ("long", int) ("string", text) ("doubles", (bits, ...))
    ("strings", (text, ...)) ("json", compact text)

Where the manual lets a row be refused for more than one reason, all of them are listed.
"""

import dataclasses
import datetime
import fractions
import json
import re
import struct
import zoneinfo

INT64 = range(-(1 << 63), 1 << 63)
UINT64_END = 1 << 64
EXACT = 1 << 53
DEPTH = 100  # of arrays and objects inside each other, the row counted
UNITS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
BLANKS = " \t"


def bits(value):
    return struct.unpack("<Q", struct.pack("<d", value))[0]


@dataclasses.dataclass
class Options:  # pylint: disable=too-many-instance-attributes
    """The options that decide what points there are, with the command's defaults."""
    input: str = "jsonl"  # or csv, tsv
    delimiter: str = ","
    decimal: str = "."
    columns: list = None  # --no-header --columns
    skip_lines: int = 0
    comment: str = None
    null_values: list = dataclasses.field(default_factory=list)
    max_line: int = 16 << 20
    shape: str = "auto"
    channel_field: str = "channel"
    value_field: str = "value"
    tags: dict = dataclasses.field(default_factory=dict)
    tag_fields: dict = dataclasses.field(default_factory=dict)  # tag: column
    channels: list = dataclasses.field(default_factory=list)
    excludes: list = dataclasses.field(default_factory=list)
    renames: dict = dataclasses.field(default_factory=dict)
    prefix: str = ""
    flatten: str = None
    time_field: str = "ts"
    time_format: str = "auto"
    time_origin: str = None
    tz: str = None
    int_as: str = "auto"
    bool_as: str = "long"
    uint64: str = "reject"
    types: list = dataclasses.field(default_factory=list)  # [(glob, type)]
    duplicate_keys: str = "reject"
    bad_rows: str = "reject"
    max_errors: int = 0


@dataclasses.dataclass
class Reject:
    source: str
    row: int
    line: int
    byte: int
    codes: set  # reasons it may have been given
    text: bytes


@dataclasses.dataclass
class Result:
    points: list = dataclasses.field(default_factory=list)  # (series, ns, value) in input order
    rejects: list = dataclasses.field(default_factory=list)
    rows: int = 0
    stopped: bool = False  # by bad_rows abort or max_errors

    def series(self):
        """{(channel, tags): [(ns, value), ...]}, in order of first appearance."""
        found = {}
        for series, ns, value in self.points:
            found.setdefault(series, []).append((ns, value))
        return found


class Bad(Exception):
    """A row that is refused, with its reason (or several it may be, with blanks between)."""


# ---- JSON --------------------------------------------------------------------------------------

STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"')
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
WORD = re.compile(r"null|true|false|NaN|-?Infinity")
SPACE = re.compile(r"[ \t\r\n]*")


@dataclasses.dataclass
class Node:
    """A JSON value. what: null bool number text array object."""
    what: str
    raw: str = ""  # of scalars, as in the source
    text: str = ""  # of text, decoded
    items: list = None  # array: nodes; object: (key node, node)


class Parser:
    """A JSON document to nodes that still know their source text."""

    def __init__(self, text):
        self.text, self.at, self.depth = text, 0, 0

    def space(self):
        self.at = SPACE.match(self.text, self.at).end()

    def take(self, char):
        self.space()
        if self.text[self.at:self.at + 1] != char:
            return False
        self.at += 1
        return True

    def need(self, char):
        if not self.take(char):
            raise Bad("syntax")

    def string(self):
        self.space()
        found = STRING.match(self.text, self.at)
        if not found:
            raise Bad("syntax")
        self.at = found.end()
        decoded = json.loads(found.group())
        if any(0xd800 <= ord(char) < 0xe000 for char in decoded):
            raise Bad("syntax utf8")  # half a character: UTF-8 cannot say it
        return Node("text", found.group(), decoded)

    def members(self, close, one):
        items = []
        self.depth += 1
        if self.depth > DEPTH:
            raise Bad("syntax")
        while not self.take(close):
            if items:
                self.need(",")
            items.append(one())
        self.depth -= 1
        return items

    def member(self):
        key = self.string()
        self.need(":")
        return key, self.value()

    def value(self):
        self.space()
        if self.take("{"):
            return Node("object", items=self.members("}", self.member))
        if self.take("["):
            return Node("array", items=self.members("]", self.value))
        if self.text[self.at:self.at + 1] == '"':
            return self.string()
        found = WORD.match(self.text, self.at) or NUMBER.match(self.text, self.at)
        if not found:
            raise Bad("syntax")
        self.at = found.end()
        what = {"null": "null", "true": "bool", "false": "bool"}.get(found.group(), "number")
        return Node(what, found.group())

    def document(self):
        node = self.value()
        self.space()
        if self.at != len(self.text):
            raise Bad("syntax")
        return node


def parse_json(text):
    """A row's node. Python's own reader must agree on what is JSON."""
    try:
        json.loads(text)
        valid = True
    except ValueError:
        valid = False
    try:
        node = Parser(text).document()
    except Bad:
        lone = re.search(r"\\u[dD][89a-fA-F]", text)
        assert not valid or lone or text.count("[") + text.count("{") > DEPTH, text
        raise
    assert valid, f"json.loads refuses {text!r}"
    return node


def without_duplicates(items, options):
    """The members of an object with the last one of each key; [(key, node)]."""
    keys = [key.text for key, _ in items]
    if len(set(keys)) == len(keys):
        return items
    if options.duplicate_keys == "reject":
        raise Bad("duplicate-key")
    return [item for i, item in enumerate(items) if keys[i] not in keys[i + 1:]]


def compact(node, options):
    """JSON text without white space; numbers and texts as in the source."""
    if node.what == "object":
        members = without_duplicates(node.items, options)
        return "{" + ",".join(key.raw + ":" + compact(item, options)
                              for key, item in members) + "}"
    if node.what == "array":
        return "[" + ",".join(compact(item, options) for item in node.items) + "]"
    return "null" if node.raw in ("NaN", "Infinity", "-Infinity") else node.raw


# ---- numbers -----------------------------------------------------------------------------------

CSV_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
CSV_NON_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE | re.ASCII)


@dataclasses.dataclass
class Number:
    """integer is None for one with a point or an exponent, and for those that are not finite."""
    text: str
    real: float
    integer: int = None

    @property
    def huge(self):
        """Beyond what a double holds."""
        return self.real in (float("inf"), float("-inf")) and any("0" <= c <= "9"
                                                                 for c in self.text)


def number(text, dotted=None):
    """Of a text that is a number; dotted has its decimal sign as a point."""
    dotted = dotted or text
    if re.fullmatch(r"[+-]?[0-9]+", dotted):
        return Number(text, float(dotted), int(dotted))
    return Number(text, float(dotted))


def csv_number(text, decimal):
    """A cell as a number, or None."""
    if decimal != ".":
        if "." in text:
            return None
        dotted = text.replace(decimal, ".")
    else:
        dotted = text
    if CSV_NUMBER.fullmatch(dotted) or CSV_NON_FINITE.fullmatch(dotted):
        return number(text, dotted)
    return None


# ---- values ------------------------------------------------------------------------------------


@dataclasses.dataclass
class Value:
    """What a row has under a name, whatever the format. what: bool number text array object."""
    what: str
    text: str = ""  # scalars
    number: Number = None
    node: Node = None  # of JSON


def json_value(node, options):
    """None: no value."""
    if node.what == "null" or node.what == "text" and node.text in options.null_values:
        return None
    if node.what == "text":
        return Value("text", node.text, node=node)
    if node.what == "number":
        return Value("number", node.raw, number(node.raw), node)
    return Value(node.what, node.raw, node=node)


def not_utf8(text):
    """Of a text that was decoded with surrogateescape."""
    return any(0xdc80 <= ord(char) <= 0xdcff for char in text)


def cell_value(text, options):
    stripped = text.strip(BLANKS)
    if stripped == "" or text in options.null_values or stripped in options.null_values:
        return None
    if stripped.lower() in ("true", "false"):
        return Value("bool", text)
    found = csv_number(stripped, options.decimal)
    return Value("number", text, found) if found else Value("text", text)


def array_value(node, options):
    kinds = {item.what for item in node.items}
    if kinds <= {"number", "null"}:
        if any(item.what == "number" and number(item.raw).huge for item in node.items):
            raise Bad("range")
        reals = []
        for item in node.items:
            if item.what == "null":
                reals.append(float("nan"))
                continue
            found = number(item.raw)
            if found.integer is not None and found.integer != int(found.real):
                return "json", compact(node, options)
            reals.append(found.real)
        return "doubles", tuple(bits(real) for real in reals)
    if kinds <= {"text", "null"}:
        return "strings", tuple(item.text for item in node.items)
    return "json", compact(node, options)


def truth(value):
    return value.text.strip(BLANKS).lower() == "true"


def forced(value, kind, options):
    """A value under --type."""
    if value.what == "array":
        array_value(value.node, options)  # a number beyond double's range is one here too
    if kind == "string":
        if value.what in ("array", "object"):
            return "string", compact(value.node, options)
        return "string", value.text
    if kind == "json":
        try:
            return "json", compact(value.node or parse_json(value.text.strip(BLANKS)), options)
        except Bad as bad:
            raise Bad("type" if value.node is None else str(bad)) from bad
    found = value.number
    if value.what == "bool":
        found = number("1" if truth(value) else "0")
    elif value.what == "text":
        found = csv_number(value.text.strip(BLANKS), options.decimal)
    if not found:
        raise Bad("type")
    if found.huge:
        raise Bad("type range")
    if kind == "double":
        return "double", bits(found.real)
    if found.integer is None and not found.real.is_integer():
        raise Bad("type")
    whole = found.integer if found.integer is not None else int(found.real)
    if whole not in INT64:
        raise Bad("type range")
    return "long", whole


def plain_number(found, options):
    if found.huge:
        raise Bad("range")
    if found.integer is None:
        return "double", bits(found.real)
    if found.integer in INT64:
        if options.int_as == "double":
            return "double", bits(found.real)
        return ("long" if options.int_as == "long" else "int"), found.integer
    if options.uint64 == "double":
        return "double", bits(found.real)
    if options.uint64 == "string":
        return "string", found.text
    if options.uint64 == "wrap" and 0 <= found.integer < UINT64_END:
        return "long", found.integer - UINT64_END
    raise Bad("range")


def settle(name, value, options):
    """A value as a point's; "int" is for its series to decide."""
    for glob, kind in options.types:
        if glob_matches(glob, name):
            return forced(value, kind, options)
    if value.what == "number":
        return plain_number(value.number, options)
    if value.what == "bool":
        return {"long": ("long", int(truth(value))),
                "double": ("double", bits(float(truth(value)))),
                "string": ("string", "true" if truth(value) else "false")}[options.bool_as]
    if value.what == "text":
        return "string", value.text
    if value.what == "array":
        return array_value(value.node, options)
    return "json", compact(value.node, options)


class IntegersOfSeries:
    """--int-as auto: long until the series brings a fraction, then double where that is exact."""

    def __init__(self):
        self.real = set()

    def settle(self, series, value):
        kind, payload = value
        if kind == "double":
            self.real.add(series)
        if kind != "int":
            return value
        if series in self.real and abs(payload) <= EXACT:
            return "double", bits(float(payload))
        return "long", payload


# ---- names -------------------------------------------------------------------------------------


def glob_matches(glob, name):
    pattern, i = "", 0
    while i < len(glob):
        char = glob[i]
        end = glob.find("]", i + 2)
        if char == "[" and end > 0:
            body = glob[i + 1:end]
            negate = body[0] in "!^"
            pattern += "[" + ("^" if negate else "") + re.sub(r"([\\\[\]^])", r"\\\1",
                                                              body[negate:]) + "]"
            i = end
        elif char == "\\" and i + 1 < len(glob):
            i += 1
            pattern += re.escape(glob[i])
        else:
            pattern += {"*": ".*", "?": "."}.get(char, re.escape(char))
        i += 1
    return re.fullmatch(pattern, name, re.DOTALL) is not None


def wanted(name, options):
    if options.channels and not any(glob_matches(glob, name) for glob in options.channels):
        return False
    return not any(glob_matches(glob, name) for glob in options.excludes)


def called(name, options):
    return options.prefix + options.renames.get(name, name)


# ---- time --------------------------------------------------------------------------------------

ISO = re.compile(
    r"(?:(\d{4})-(\d\d)-(\d\d)|(\d{4})(\d\d)(\d\d))"
    r"(?:[Tt ](?:(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?|(\d\d)(\d\d)(?:(\d\d)(?:[.,](\d+))?)?))?"
    r"(?: ?([Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?))?", re.ASCII)
DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?", re.ASCII)
MONTHS = "january february march april may june july august september october november december"
MONTHS = {name[:n]: i + 1 for i, name in enumerate(MONTHS.split()) for n in (3, len(name))}


def offset_of(zone):
    """Seconds east of UTC of a zone in a text."""
    if zone.upper() in ("Z", "UTC", "GMT"):
        return 0
    digits = zone[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > 23 or minutes > 59:
        raise Bad("time")
    return (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)


def local_to_utc(seconds, tz):
    """Seconds since 1970 of a clock in the zone; the earlier of two, Bad for one it skipped."""
    if tz is None:
        raise Bad("time")
    if tz in ("UTC", "GMT", "Z"):
        return seconds
    if tz[0] in "+-":
        return seconds - offset_of(tz)
    epoch = datetime.datetime(1970, 1, 1)
    zone = zoneinfo.ZoneInfo(tz)
    clock = (epoch + datetime.timedelta(seconds=seconds)).replace(tzinfo=zone, fold=0)
    utc = seconds - round(clock.utcoffset().total_seconds())
    again = (epoch + datetime.timedelta(seconds=utc)).replace(tzinfo=datetime.timezone.utc)
    if again.astimezone(zone).replace(tzinfo=None) != clock.replace(tzinfo=None):
        raise Bad("time")
    return utc


def in_range(ns):
    if ns not in INT64:
        raise Bad("time")
    return ns


def fraction_ns(digits):
    digits = digits or ""
    if digits[9:].strip("0"):
        raise Bad("time")
    return int(digits[:9].ljust(9, "0"))


def civil_ns(date, clock, fraction, offset, tz):  # pylint: disable=too-many-arguments
    """date (y, m, d), clock (h, m, s), digits of the fraction, offset in s or None."""
    try:
        day = datetime.date(*date)
    except ValueError as error:
        raise Bad("time") from error
    hour, minute, second = clock
    ns = fraction_ns(fraction)
    whole_day = (hour, minute, second, ns) == (24, 0, 0, 0)
    if not whole_day and (hour > 23 or minute > 59 or second > 60):
        raise Bad("time")
    seconds = (day - datetime.date(1970, 1, 1)).days * 86400 + hour * 3600 + minute * 60 + second
    utc = local_to_utc(seconds, tz) if offset is None else seconds - offset
    if second == 60 and utc % 86400:
        raise Bad("time")
    return in_range(utc * 10**9 + ns)


def iso_ns(text, tz):
    found = ISO.fullmatch(text)
    if not found:
        raise Bad("time")
    part = found.groups()
    date = part[0:3] if part[0] else part[3:6]
    clock = part[6:10] if part[6] else part[10:14]
    offset = offset_of(part[14]) if part[14] else None
    return civil_ns([int(p) for p in date], [int(p or 0) for p in clock[:3]], clock[3], offset, tz)


def count_ns(text, unit_ns, origin_ns, decimal="."):
    """A decimal count of a unit: to the nearest nanosecond, halves away from zero."""
    if decimal != ".":
        text = "!" if "." in text else text.replace(decimal, ".")
    found = DECIMAL.fullmatch(text)
    if not found:
        raise Bad("time")
    mantissa = fractions.Fraction(re.split("[eE]", text)[0].strip("+").rstrip(".") or "0")
    exponent = int(found.group(1) or 0)
    if mantissa and abs(exponent) > 400:
        if exponent > 0:
            raise Bad("time")
        return in_range(origin_ns)
    exact = mantissa * fractions.Fraction(10)**exponent * unit_ns
    ns = int(abs(exact) + fractions.Fraction(1, 2)) * (-1 if exact < 0 else 1)
    return in_range(in_range(ns) + origin_ns)


STRPTIME = {
    "Y": r"(?P<Y>\d{1,4})", "y": r"(?P<y>\d{1,2})", "m": r"(?P<m>\d{1,2})", "d": r"(?P<d>\d{1,2})",
    "e": r" *(?P<d>\d{1,2})", "j": r"(?P<j>\d{1,3})", "H": r"(?P<H>\d{1,2})",
    "I": r"(?P<I>\d{1,2})", "M": r"(?P<M>\d{1,2})", "S": r"(?P<S>\d{1,2})", "f": r"(?P<f>\d+)",
    "p": r"(?P<p>[aApP][mM])", "b": r"(?P<b>[A-Za-z]+)", "B": r"(?P<b>[A-Za-z]+)",
    "a": r"[A-Za-z]+", "z": r"(?P<z>[Zz]|[+-]\d\d(?::?\d\d)?)", "s": r"(?P<s>-?\d+)", "%": "%"}
STRPTIME_SHORT = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M", "D": "%m/%d/%y"}


def strptime_ns(form, text, tz):
    form = re.sub("%([FTRD])", lambda found: STRPTIME_SHORT[found.group(1)], form)
    pattern = re.sub(r"%(.)|(\s+)|([^%\s])",
                     lambda found: STRPTIME[found.group(1)] if found.group(1)
                     else r"\s*" if found.group(2) else re.escape(found.group(3)), form)
    found = re.fullmatch(pattern, text, re.ASCII)
    if not found:
        raise Bad("time")
    part = {key: found.group(key) for key in found.re.groupindex}
    offset = offset_of(part["z"]) if part.get("z") else None
    if "s" in part:
        return in_range(int(part["s"]) * 10**9 + fraction_ns(part.get("f")))
    year = int(part["Y"]) if "Y" in part else int(part["y"]) + (
        1900 if int(part["y"]) >= 69 else 2000)
    if "j" in part:
        day = int(part["j"])
        if not 1 <= day <= (366 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 365):
            raise Bad("time")
        date = datetime.date(year, 1, 1) + datetime.timedelta(days=day - 1)
        date = date.year, date.month, date.day
    else:
        month = MONTHS.get(part["b"].lower(), 0) if "b" in part else int(part["m"])
        date = year, month, int(part["d"])
    hour = int(part.get("H") or 0)
    if "I" in part:
        hour = int(part["I"])
        if not 1 <= hour <= 12:
            raise Bad("time")
        hour = hour % 12 + (12 if part["p"].lower() == "pm" else 0)
    clock = hour, int(part.get("M") or 0), int(part.get("S") or 0)
    return civil_ns(date, clock, part.get("f"), offset, tz)


def auto_form(text, decimal):
    """The form and unit that a time has by itself."""
    dotted = text if decimal == "." else text.replace(decimal, ".")
    found = DECIMAL.fullmatch(dotted)
    if not found:
        return "rfc3339"
    if abs(int(found.group(1) or 0)) > 400:
        raise Bad("time")
    whole = abs(int(fractions.Fraction(dotted.strip("+").rstrip("."))))
    for limit, unit in ((10**17, "ns"), (10**14, "us"), (10**11, "ms"), (10**8, "s")):
        if whole >= limit:
            return unit
    raise Bad("time")


class Clock:
    """Reads the times of one source; auto holds to the form of the first that can be read."""

    def __init__(self, options):
        self.options = options
        self.form = options.time_format
        self.decimal = options.decimal if options.input != "jsonl" else "."

    def read(self, text):
        text = text.strip(BLANKS)
        if self.form.startswith("strptime:"):
            return strptime_ns(self.form[9:], text, self.options.tz)
        if self.form.startswith("relative:"):
            return count_ns(text, UNITS[self.form[9:]], iso_ns(self.options.time_origin, None),
                            self.decimal)
        if self.options.time_format != "auto":
            return self.in_form(self.form, text)
        form = auto_form(text, self.decimal)
        if self.form not in ("auto", form):
            raise Bad("time")
        ns = self.in_form(form, text)
        self.form = form
        return ns

    def in_form(self, form, text):
        if form == "rfc3339":
            return iso_ns(text, self.options.tz)
        return count_ns(text, UNITS[form], 0, self.decimal)


# ---- rows --------------------------------------------------------------------------------------


class Row:
    """One row being put together: ("name", Value or None) pairs in order."""

    def __init__(self, source, values, defects):
        self.source, self.values, self.options = source, values, source.options
        self.defects = defects

    def under(self, name):
        for key, value in self.values:
            if key == name:
                return value
        return None

    def scalar(self, name, code):
        value = self.under(name)
        if value is not None and value.what in ("array", "object"):
            self.defects.add(code)
            return None
        return None if value is None else value.text

    def time(self):
        parts = [self.scalar(part, "time") for part in self.source.time_parts]
        if None in parts:
            if "time" not in self.defects:
                self.defects.add("no-time")
            return None
        try:
            return self.source.clock.read(" ".join(part.strip(BLANKS) for part in parts))
        except Bad as bad:
            self.defects.update(str(bad).split())
            return None

    def add_tag(self, tags, key, text):
        if key in tags or key == "" or "\0" in key + text:
            self.defects.add("channel")
        tags[key] = text

    def tags(self):
        tags = dict(self.options.tags)
        for key, column in self.options.tag_fields.items():
            text = self.scalar(column, "channel")
            if text is not None:
                self.add_tag(tags, key, text)
        value = self.under("tags") if self.source.long and self.source.json else None
        if value is not None and value.what != "object":
            self.defects.add("channel")
        elif value is not None:
            self.object_tags(tags, value.node)
        return tuple(sorted(tags.items()))

    def object_tags(self, tags, node):
        try:
            for key, item in without_duplicates(node.items, self.options):
                member = json_value(item, self.options)
                if member is None:
                    continue
                if member.what in ("array", "object"):
                    self.defects.add("channel")
                else:
                    self.add_tag(tags, key.text, member.text)
        except Bad as bad:
            self.defects.update(str(bad).split())

    def point(self, name, value):
        if name == "" or "\0" in name:
            self.defects.add("channel")
        try:
            return [(called(name, self.options), settle(name, value, self.options))]
        except Bad as bad:
            self.defects.update(str(bad).split())
            return []

    def points(self):
        """[(channel, value)]"""
        if self.source.long:
            name = self.scalar(self.options.channel_field, "channel")
            if not name:
                self.defects.add("channel")
                return []
            value = self.under(self.options.value_field)
            if value is None or not wanted(name, self.options):
                return []
            return self.point(name, value)
        found = []
        for name, value in self.values:
            if value is not None and name not in self.source.no_channels and wanted(
                    name, self.options):
                found += self.point(name, value)
        return found


class Source:
    """One input file."""

    def __init__(self, name, data, options):
        self.name, self.data, self.options = name, data, options
        self.json = options.input == "jsonl"
        self.clock = Clock(options)
        self.time_parts = options.time_field.split(",")
        self.no_channels = set(self.time_parts) | set(options.tag_fields.values())
        self.long = options.shape == "long"
        self.at = 3 if data.startswith(b"\xef\xbb\xbf") else 0
        self.line = 1
        self.columns = None
        self.separator = b"\n" if self.json else options.delimiter.encode()
        for _ in range(options.skip_lines):
            self.skip_line()

    def skip_line(self):
        end = self.data.find(b"\n", self.at)
        self.at = len(self.data) if end < 0 else end + 1
        self.line += 1

    def line_end(self, at):
        """Of the line at `at`: where its text ends, and where the next one starts."""
        end = self.data.find(b"\n", at)
        if end < 0:
            return self.trim_cr(at, len(self.data)), len(self.data)
        return self.trim_cr(at, end), end + 1

    def trim_cr(self, at, end):
        return end - 1 if end > at and self.data[end - 1:end] == b"\r" else end

    def quoted_end(self):
        """The record at self.at, whose quoted cells may hold newlines; None: never closed."""
        delimiter = self.separator
        i, start_of_cell, quoted = self.at, True, False
        while i < len(self.data):
            char = self.data[i:i + 1]
            if quoted:
                if char == b'"':
                    if self.data[i + 1:i + 2] == b'"':
                        i += 1
                    else:
                        quoted = False
            elif char == b"\n":
                break
            elif char == delimiter:
                start_of_cell = True
            elif char == b'"' and start_of_cell:
                quoted, start_of_cell = True, False
            elif char not in (b" ", b"\t"):  # not behind the delimiter, which may be a tab
                start_of_cell = False
            i += 1
        if quoted:
            return None
        return self.trim_cr(self.at, i), min(i + 1, len(self.data))

    def records(self):
        """Yields (line, byte, text, closed) of each line or CSV record that is not blank."""
        comment = (self.options.comment or "").encode()
        while self.at < len(self.data):
            end, following = self.line_end(self.at)
            text = self.data[self.at:end]
            blank = text.strip(b" \t\r".replace(self.separator, b"")) == b""
            closed = True
            if not self.json and not blank and not (comment and text.startswith(comment)):
                whole = self.quoted_end()
                closed = whole is not None
                if closed:
                    end, following = whole
                    text = self.data[self.at:end]
            elif not blank and not self.json:
                blank = True
            if not blank:
                yield self.line, self.at, text, closed
            self.line += self.data.count(b"\n", self.at, following)
            self.at = following

    def cells(self, text):
        """The texts of a record's cells; text is what quoted_end took."""
        delimiter, cells, i = self.options.delimiter, [], 0
        while True:
            start = i
            while text[i:i + 1] and text[i] in BLANKS and text[i] != delimiter:
                i += 1
            if text[i:i + 1] == '"':
                cell, i = "", i + 1
                while text[i] != '"' or text[i + 1:i + 2] == '"':
                    cell += text[i]
                    i += 2 if text[i] == '"' else 1
                cells.append(cell)
                end = text.find(delimiter, i)
                i = len(text) if end < 0 else end
            else:
                end = text.find(delimiter, i)
                i = len(text) if end < 0 else end
                cells.append(text[start:i].strip(BLANKS))
            if i == len(text):
                return cells
            i += 1

    def take_header(self, cells):
        names = []
        for i, cell in enumerate(cells):
            names.append(cell.strip(BLANKS) or f"column_{i + 1}")
        self.columns = []
        for i, name in enumerate(names):
            number_of = 2
            unique = name
            while unique in self.columns or unique != name and unique in names:
                unique = f"{name}_{number_of}"
                number_of += 1
            self.columns.append(unique)

    def csv_row(self, text, defects):
        cells = self.cells(text)
        if any(cell.strip(BLANKS) for cell in cells[len(self.columns):]):
            defects.add("columns")
            if not_utf8(text):
                defects.add("utf8")
        values = [(name, cell_value(cell, self.options))
                  for name, cell in zip(self.columns, cells)]
        used = self.no_channels | {self.options.channel_field, self.options.value_field}
        for name, cell in zip(self.columns, cells):
            # What nobody asked for is not looked at.
            if not_utf8(cell) and (name in used if self.long else
                                   name in self.no_channels or wanted(name, self.options)):
                defects.add("utf8")
        return values

    def flat(self, items, prefix, into):
        """Puts the members into {name: Value or None}, where a later one takes the place of an
        earlier one, and what an object that is replaced had is gone. Returns the names."""
        made, of_key = [], {}
        for key, node in items:
            name = prefix + key.text
            for gone in of_key.get(key.text, []):
                into[gone] = None
            if node.what == "object" and self.options.flatten is not None:
                names = self.flat(node.items, name + self.options.flatten, into)
            else:
                value = json_value(node, self.options)
                if value is not None or name in into:
                    into[name] = value
                names = [name]
            of_key[key.text] = names
            made += names
        return made

    def json_row(self, text, defects):
        try:
            node = parse_json(text)
        except Bad as bad:
            # What comes before may have been refused for itself.
            raise Bad(f"{bad} utf8 range type duplicate-key channel time") from bad
        if node.what != "object":
            raise Bad("syntax")
        try:
            compact(node, self.options)  # keys that are there twice, wherever they are
        except Bad as bad:
            defects.update([str(bad), "range", "type", "channel", "time"])
        into = {}
        names = self.flat(node.items, "", into)
        if len(set(names)) < len(names) and self.options.duplicate_keys == "reject":
            # Or for what is wrong with the first of them.
            defects.update(["duplicate-key", "range", "type", "channel", "time"])
        return list(into.items()) + [(name, None) for name in names if name not in into]

    def settle_shape(self, names):
        if self.options.shape == "auto":
            need = {self.options.channel_field, self.options.value_field, "timestamp"}
            perhaps = {"tags", *self.options.tag_fields.values()}
            self.long = need <= set(names) <= need | perhaps
            self.options = dataclasses.replace(self.options,
                                               shape="long" if self.long else "wide")

    def row(self, text, closed):
        """The row of a record's bytes."""
        if len(text) > self.options.max_line:
            # It may have been refused before that for what its start says.
            raise Bad("too-long syntax utf8 range type duplicate-key channel columns time")
        if not closed:
            raise Bad("syntax")
        defects = set()
        decoded = text.decode("utf-8", "surrogateescape")
        if self.json and not_utf8(decoded):
            decoded = text.decode("utf-8", "replace")
            defects.add("utf8")
        row = self.json_row if self.json else self.csv_row
        values = row(decoded, defects)
        self.settle_shape([name for name, _ in values] if self.json else self.columns)
        return Row(self, values, defects)

    def rows(self):
        """Yields (line, byte, text, Row or None, defects)."""
        if not self.json and self.options.columns:
            self.take_header(self.options.columns)
        for line, byte, text, closed in self.records():
            if not self.json and self.columns is None:
                self.take_header(self.cells(text.decode("utf-8")))
                continue
            try:
                yield line, byte, text, self.row(text, closed), set()
            except Bad as bad:
                yield line, byte, text, None, set(str(bad).split())


def convert(sources, options):
    result, integers = Result(), IntegersOfSeries()
    for name, data in sources:
        source, number_of = Source(name, data, options), 0
        for line, byte, text, row, defects in source.rows():
            number_of += 1
            result.rows += 1
            if row:
                ns, tags, points = row.time(), row.tags(), row.points()
                defects = row.defects
            if defects:
                result.rejects.append(Reject(name, number_of, line, byte, defects, text))
                enough = options.max_errors and len(result.rejects) >= options.max_errors
                if options.bad_rows == "abort" or enough:
                    result.stopped = True
                    return result
                continue
            for channel, value in points:
                series = channel, tags
                result.points.append((series, ns, integers.settle(series, value)))
    return result
