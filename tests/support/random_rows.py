"""Random input for `tlm write`: rows full of what goes wrong in the field, and options.

make_case(seed) gives a Case: the same one for the same seed."""

import dataclasses
import datetime
import functools
import json
import random

from reference import Options

NAMES = ["a", "b", "rpm", "b c", "é", "日本", "a.b", "x[0]", "star*", "q\"uote", "tab\there", "-c",
         "n" * 70, "value", "back\\slash", "A", "💡", "a=b", "%d{x}", "null", "0", "nl\nname",
         "c,d", "", "nul\0name"]
PLAIN_NAMES = ["a", "b", "rpm", "b c", "é", "日本", "a.b", "x[0]", "star*", "-c", "value", "A",
               "💡", "%d", "n" * 70, "null", "0"]
TAG_COLUMNS = ["car", "unit"]
NUMBERS = ["0", "-0", "1", "-1", "7", "42", "-300", "1.5", "2.0", "-0.0", "0.1", "1.10", "1e5",
           "1E-7", "1e+2", "9007199254740992", "9007199254740993", "-9007199254740992",
           "-9007199254740993", "9007199254740994", "9223372036854775807",
           "-9223372036854775808", "5e-324", "2.4703282292062327e-324",
           "2.4703282292062328e-324", "2.2250738585072011e-308", "2.2250738585072014e-308",
           "1.7976931348623157e308", "1.7976931348623158e308", "1e-400",
           "0.1000000000000000055511151231257827021181583404541", "123456789012345678",
           "0.30000000000000004", "9007199254740993.0", "1e23", "8.5e-2",
           "100000000000000000000.5", "3.14159265358979323846264338327950288"]
BIG = ["9223372036854775808", "-9223372036854775809", "18446744073709551615",
       "18446744073709551616", "12345678901234567890123", "1" + "0" * 300]
HUGE = ["1e400", "-1e400", "1.7976931348623159e308", "1" + "0" * 310, "-" + "9" * 400]
TEXTS = ["", "idle", "12", "NaN", "true", "null", "NA", " padded ", "é", "日本語", "😀", "a\0b",
         "line\nbreak", "cr\r\nlf", "\"quoted\"", "back\\slash", "tab\t", "\x7f", "\u2028",
         "a,b", "x" * 200, "{}", "[1]", "-", "1,5", "\u00e9\u0301", "\ufeffbom", "\x01", "/",
         "﷽" * 30]
CELLS = ["", "  ", "idle", "12", "nan", "NaN", "-inf", "Infinity", "+5", ".5", "5.", "007",
         "02114", "1e5", "0x10", "1_000", "true", "False", "NA", "n/a", "é", "日本", "😀", "a b",
         "--", "1.2.3", "1,5", "say \"hi\"", "a,b", "a;b", "two\nlines", "crlf\r\nin", "x" * 300,
         "\"", "''", "+", "e5", "1e", "-0", "+0.0", "INF", "iNf", "nano", "infinit", "٣"]
BROKEN = ['{"a":1', '[1,2]', 'nonsense', '{"a":}', '{a:1}', '{"a":1,}', '{"a":1}}', '{"a" 1}',
          '"x"', '5', 'null', '{"a":01}', '{"a":1.}', '{"a":+1}', '{"a":.5}', '{"a":"\x01"}',
          '{"a":"x', '{"a":"\\x"}', '{"a":[1,]}', '{"a":tru}', '{"a":nan}', '{"a":-NaN}',
          '{"a":1e}', '{"a":{}', '{"a":"\\u12"}', "{'a':1}", '{"a":"\\ud800"}',
          '{"a":"\\udc00x"}', '{"a":1}{"a":2}', '{"a":1} x', '{,}', '{"a":[}', '}', '{"a":"\t"}',
          '{"a":--1}', '{"a":"\\ud800\\u0041"}', '{"a":1 "b":2}', '{"a":Infinit}',
          '{"a":+Infinity}']
BAD_UTF8 = [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\x80"]
BAD_TIMES = ["soon", "2024-02-30T00:00:00Z", "2024-01-01T25:00:00Z", "2024-01-01T00:60:00Z",
             "2024-01-01T00:00:00.1234567891Z", "2263-01-01T00:00:00Z", "1600-01-01T00:00:00Z",
             "2024-13-01T00:00:00Z", "2024-01-01T23:59:60+00:30", "2024-01-01T00:00:00+24:00",
             "2024-1-1T00:00:00Z", "2024-01-01T00:00:00Zx", "12:99"]
ZONES = ["UTC", "+02:00", "-03:30", "America/New_York", "Europe/Oslo", "Asia/Kolkata",
         "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia"]
FORMATS = ["%d/%m/%Y %H:%M:%S.%f %z", "%Y%m%d%H%M%S", "%b %d %Y %I:%M:%S %p", "%Y-%jT%H:%M",
           "%s.%f", "%D %T", "%a %d %B %Y %R"]


@dataclasses.dataclass
class Case:
    seed: int
    options: Options
    flags: list
    limits: list  # flags that must not change what is in the parts
    rotate_points: int
    codec: str
    chunks: list  # of each source, the pieces of its text
    names: list  # of the sources


class Maker:  # pylint: disable=too-many-instance-attributes
    """Makes one case."""

    def __init__(self, seed):
        self.seed, self.random = seed, random.Random(seed)
        self.chance = lambda share: self.random.random() < share
        self.pick = self.random.choice
        self.options, self.flags = Options(), []
        self.csv = self.chance(0.45)
        self.trouble = self.pick([0, 0.03, 0.15])  # share of rows with something wrong
        self.names = self.random.sample(PLAIN_NAMES if self.csv else NAMES,
                                        self.random.randint(1, 6))
        self.long = self.chance(0.2)
        self.tag_columns = []
        # Rows of one layout, each column of one sort: what is taken in columns.
        self.steady = not self.long and self.chance(0.4)
        self.habits, self.tag_at_hand = {}, {}
        self.gap = self.pick(["", "", " "])
        self.second = self.random.randint(0, 10**9)

    def flag(self, name, value):
        self.flags += [f"{name}={value}"] if self.chance(0.5) else [name, value]

    # ---- options ----

    def choose(self, share, name, field, values):
        if self.chance(share):
            value = self.pick(values)
            setattr(self.options, field, value)
            self.flag(name, value)

    def values(self):
        self.choose(0.4, "--int-as", "int_as", ["auto", "long", "double"])
        self.choose(0.3, "--bool-as", "bool_as", ["long", "string", "double"])
        self.choose(0.4, "--uint64", "uint64", ["reject", "double", "string", "wrap"])
        if not self.csv:
            self.choose(0.4, "--duplicate-keys", "duplicate_keys", ["reject", "last"])
        if self.chance(0.25):
            self.options.null_values = self.random.sample(["NA", "n/a", "-", "--", "idle"], 2)
            self.flag("--null-values", ",".join(self.options.null_values))
        if self.chance(0.3) and self.options.duplicate_keys == "reject":
            name, kind = self.pick(self.names), self.pick(["double", "long", "string", "json"])
            if kind == "long" and self.options.uint64 != "reject":
                kind = "string"
            self.options.types = [(self.glob(name), kind)]
            self.flag("--type", f"{self.options.types[0][0]}={kind}")

    def glob(self, name):
        """One that matches the name, and perhaps others. No "=", which ends it in --type."""
        escaped = "".join("\\" + char if char in "*?[]\\" else char for char in name)
        if "=" in name or "\0" in name or not name or self.chance(0.3):
            if "=" in name or "\0" in name or not name:
                return "*"
            return escaped[:1] + "*" if escaped[0] != "\\" else "?" * len(name)
        return escaped

    def shape(self):
        self.options.shape = "long" if self.long else "wide"
        sure = self.csv or not self.trouble  # that the first row shows what it is
        if sure and (not self.long or self.options.time_field == "timestamp") and self.chance(0.5):
            self.options.shape = "auto"
        else:
            self.flag("--shape", self.options.shape)
        if self.long and self.options.shape == "long" and self.chance(0.5):
            self.options.channel_field, self.options.value_field = "sig", "val"
            self.flag("--channel-field", "sig")
            self.flag("--value-field", "val")
        if self.chance(0.3):
            self.options.tags = {"fleet": self.pick(["north", "é x", "a=b"])}
            self.flag("--tag", f"fleet={self.options.tags['fleet']}")
        if self.chance(0.3):
            self.tag_columns = TAG_COLUMNS[:self.random.randint(1, 2)]
            self.options.tag_fields = {f"t_{name}": name for name in self.tag_columns}
            for key, name in self.options.tag_fields.items():
                self.flag("--tag-field", f"{key}={name}")
        for name, field in (("--channel", "channels"), ("--exclude", "excludes")):
            if self.chance(0.15):
                globs = [self.glob(self.pick(self.names)) for _ in range(self.random.randint(1, 2))]
                setattr(self.options, field, globs)
                for glob in globs:
                    self.flags += [f"{name}={glob}"]
        if self.chance(0.2):
            old, new = self.pick(self.names), self.pick(["new", "é.new", self.pick(self.names)])
            if "=" not in old and "\0" not in old + new and old and new:
                self.options.renames = {old: new}
                self.flags += [f"--rename={old}={new}"]
        self.choose(0.2, "--prefix", "prefix", ["p.", "fleet/é "])
        if not self.csv and not self.long:
            self.choose(0.3, "--flatten", "flatten", [".", "/", "__"])

    def time(self):
        options = self.options
        options.time_field = self.pick(["ts", "time", "timestamp", "when is it"])
        form = self.pick(["iso", "iso", "local", "local", "epoch", "epoch", "strptime", "relative"])
        self.time_kind = form
        if form == "local":
            options.tz = self.pick(ZONES)
            self.flag("--tz", options.tz)
            if self.csv and self.chance(0.3):
                options.time_field = "Date,Time"
        if form == "epoch":
            self.unit = self.pick(["s", "ms", "us", "ns"])
            if self.chance(0.6):
                options.time_format = self.unit
        elif form == "relative":
            self.unit = self.pick(["s", "ms", "us", "ns"])
            options.time_format = f"relative:{self.unit}"
            options.time_origin = self.pick(["2024-06-01T09:30:00Z", "1970-01-01T00:00:00.5+02:00",
                                             "2017-10-11T22:53:00.123456789-07:00"])
            self.flag("--time-origin", options.time_origin)
        elif form == "strptime":
            options.time_format = "strptime:" + self.pick(FORMATS)
            if "%z" not in options.time_format and "%s" not in options.time_format:
                options.tz = self.pick(ZONES)
                self.flag("--tz", options.tz)
        elif self.chance(0.4):
            options.time_format = "rfc3339"
        if options.time_format != "auto" or self.chance(0.3):
            self.flag("--time-format", options.time_format)
        guess = options.time_field in ("ts", "time", "timestamp", "Date,Time")
        # It is guessed from the first row, which must be one that can be read.
        if not guess or self.trouble or "" in self.names or self.chance(0.7):
            self.flags += ["-t", options.time_field]

    def bad_rows(self):
        self.choose(0.35, "--bad-rows", "bad_rows", ["reject", "skip", "abort"])
        if self.chance(0.1):
            self.options.max_errors = self.random.randint(1, 4)
            self.flag("--max-errors", str(self.options.max_errors))
        if self.chance(0.1):
            self.options.max_line = 1000
            self.flag("--max-line", "1000")

    def limits(self):
        flags, points = [], 0
        if self.chance(0.6):
            flags += ["--batch-points", str(self.pick([1, 2, 3, 7, 50, 1000]))]
        kind = self.random.random()
        if kind < 0.5:
            points = self.pick([1, 3, 10, 37, 100])
            flags += ["--rotate-points", str(points)]
        elif kind < 0.65:
            flags += ["--rotate-size", self.pick(["1KiB", "2KiB", "20kB"])]
        elif kind < 0.8:
            flags += ["--rotate-span", self.pick(["1s", "1m", "1h", "365d"])]
        if self.chance(0.2):
            flags += ["--memory", "8MiB"]
        if self.chance(0.2):
            flags += ["--flush-interval", self.pick(["0", "1ms", "1h"])]
        if self.chance(0.3):
            flags += ["--fsync", self.pick(["none", "flush", "close"])]
        return flags, points

    # ---- times ----

    def civil(self):
        self.second += self.pick([0, 1, 60, 3600, -30])
        if self.chance(0.3):
            # Around the hours when clocks change somewhere.
            day = self.pick([(2024, 3, 10), (2024, 11, 3), (2024, 3, 31), (2024, 10, 27),
                             (2018, 2, 18), (2018, 11, 4), (2011, 12, 30), (2024, 4, 7),
                             (2024, 10, 6), (1900, 1, 1), (2100, 6, 1), (1999, 12, 31)])
            return datetime.datetime(*day) + datetime.timedelta(
                seconds=self.random.randint(0, 4 * 3600))
        return datetime.datetime(2001, 1, 1) + datetime.timedelta(seconds=self.second)

    def iso(self, zone):
        if self.trouble and self.chance(self.trouble / 3):
            return self.pick(BAD_TIMES)
        time = self.civil()
        if self.chance(0.1):
            text = time.strftime("%Y%m%dT%H%M%S")
        else:
            text = time.strftime(f"%Y-%m-%d{self.pick('TTT t')}%H:%M:%S")
        if self.chance(0.5):
            text += self.pick(".....,") + "".join(
                self.pick("0123456789") for _ in range(self.random.randint(1, 9)))
        if self.chance(0.03):
            text = self.pick(["2016-12-31T23:59:60", "2024-06-30T24:00:00", "2024-02-29",
                              "1677-09-21T00:12:43.145224192", "2262-04-11T23:47:16.854775807",
                              "2262-04-11T23:47:16.854775808", "1969-12-31T23:59:59.999999999"])
        if zone and len(text) > 10:
            text += self.pick(["Z", "Z", "Z", "+00:00", "+05:30", "-0830", "+09", " UTC", "z"])
        return text

    def count(self):
        """A decimal count of the unit."""
        if self.trouble and self.chance(self.trouble / 3):
            return self.pick(["x", "5e", "1e400", "9223372036854775808", "99999999999999999999"])
        unit = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[self.unit]
        self.second += self.pick([0, 1, 60, -3])
        if self.time_kind == "relative" and self.chance(0.2):
            return self.pick(["-0.30", "0", "-0", "1.5", "0.0000000005", "-12.340000000000002",
                              "1e-3", "0.4999999999", "2147483647", "1E2", "12.3456789012345"])
        whole = (10**9 + self.second) * (10**9 // unit)
        if self.chance(0.1):
            return f"{whole / 10**9:.9f}e9" if self.unit == "s" else str(whole)
        if self.chance(0.4):
            return f"{whole}.{self.random.randint(0, 10**self.random.randint(1, 12))}"
        return str(whole)

    def formatted(self):
        time, form = self.civil(), self.options.time_format[9:]
        if self.trouble and self.chance(self.trouble / 3):
            return self.pick(["soon", "31/13/2024", ""])
        fraction = "".join(self.pick("0123456789") for _ in range(self.random.randint(1, 9)))
        text = time.strftime(form.replace("%f", fraction).replace(
            "%z", self.pick(["Z", "+0200", "-03:30"])).replace("%s", str(self.second)))
        return text.lower() if self.chance(0.1) else text

    def time_text(self):
        if self.time_kind in ("epoch", "relative"):
            return self.count()
        if self.time_kind == "strptime":
            return self.formatted()
        return self.iso(self.time_kind == "iso")

    # ---- steady rows ----

    def plain_text(self):
        return self.pick(["idle", "door open", "", "x", "fault 7", "nano", "T1", "é", "日本語 😀",
                          "a; b", "it's", "C:/dir", "2024-01-01", "y" * 70, "tru", "n/a", "-"])

    def decimal(self):
        return f"{self.random.uniform(-1000, 1000):.{self.random.randint(1, 17)}f}"

    def steady_value(self, name):
        """A value as the column has had them so far; None: any value at all."""
        if not self.steady or self.chance(0.02):
            return None
        habit = self.habits.setdefault(name, self.pick([
            "text", "text", "odd text", "decimal", "decimal", "integer", "sparse", "sparse text",
            "word", "mixed", "null", "non-finite"]))
        if habit == "sparse":
            habit = self.pick(["word", "decimal", "integer"])
        if habit == "sparse text":
            habit = self.pick(["null", "text", "text"])
        if habit == "mixed":
            habit = self.pick(["text", "integer", "decimal", "word"])
        if habit == "non-finite":
            habit = self.pick(["named", "decimal", "decimal", "decimal"])
        if habit == "integer":
            return str(self.random.randint(-10**self.random.randint(1, 18), 10**6))
        if habit == "decimal":
            return self.decimal()
        if self.csv:
            return {"text": self.plain_text, "odd text": lambda: self.pick(CELLS),
                    "word": lambda: self.pick(["", "  ", "true", "False", "TRUE"]),
                    "null": lambda: self.pick(["", "", " "]),
                    "named": lambda: self.pick(["nan", "NaN", "-inf", "Infinity"])}[habit]()
        return {"text": lambda: json.dumps(self.plain_text(), ensure_ascii=False),
                "odd text": lambda: self.quoted(self.pick(TEXTS)),
                "word": lambda: self.pick(["null", "true", "false"]), "null": lambda: "null",
                "named": lambda: self.pick(["NaN", "Infinity", "-Infinity"])}[habit]()

    def tag(self, name, values):
        """One of the values, in steady rows most often the one of the row before."""
        if not self.steady or name not in self.tag_at_hand or self.chance(0.2):
            self.tag_at_hand[name] = self.pick(values)
        return self.tag_at_hand[name]

    # ---- JSON ----

    def key(self, name):
        return json.dumps(name, ensure_ascii=False) if self.steady else self.quoted(name)

    def space(self):
        if self.steady:
            return self.gap
        return self.pick([" ", "  ", "\t", ""]) if self.loose else ""

    def quoted(self, text):
        """A JSON string in one of its many spellings."""
        way = self.random.random()
        if way < 0.5:
            return json.dumps(text, ensure_ascii=False)
        if way < 0.7:
            return json.dumps(text)
        out = ""
        for char in text:
            if self.chance(0.3):
                data = char.encode("utf-16-be")
                out += "".join(f"\\u{data[i]:02x}{data[i + 1]:02X}" for i in range(0, len(data), 2))
            else:
                out += json.dumps(char, ensure_ascii=False)[1:-1]
        return f'"{out}"'.replace("/", self.pick(["/", "\\/"]))

    def number(self):
        way = self.random.random()
        # Whether a value that another one replaces may spoil its row is left open.
        sure = self.options.duplicate_keys == "reject"
        if sure and way < self.trouble / 4:
            return self.pick(HUGE)
        if sure and way < 0.05:
            return self.pick(BIG)
        if way < 0.5:
            return self.pick(NUMBERS)
        if way < 0.6:
            return self.pick(["NaN", "Infinity", "-Infinity"])
        if way < 0.8:
            return str(self.random.randint(-10**self.random.randint(1, 18),
                                           10**self.random.randint(1, 18)))
        return repr(self.random.uniform(-1, 1) * 10.0**self.random.randint(-30, 30))

    def array(self, depth):
        way = self.random.random()
        size = self.random.randint(0, 5)
        if way < 0.4:
            items = [self.pick(["1", "2.5", "-3e2", "null", "0.1", "NaN", "-0.0", "7"])
                     for _ in range(size)]
        elif way < 0.5:
            items = [self.pick(NUMBERS + BIG[:2]) for _ in range(size)]
        elif way < 0.75:
            items = [self.quoted(self.pick(TEXTS)) if self.chance(0.9) else "null"
                     for _ in range(size)]
        else:
            items = [self.json_value(depth + 1) for _ in range(size)]
        return "[" + ",".join(self.space() + item + self.space() for item in items) + "]"

    def object(self, depth):
        keys = self.random.sample(["lat", "lon", "é", "k\"", "n", "a.b", "x"],
                                  self.random.randint(0, 3))
        if keys and self.chance(self.trouble / 3):
            keys.append(keys[0])
        return "{" + ",".join(f"{self.space()}{self.quoted(key)}{self.space()}:{self.space()}"
                              f"{self.json_value(depth + 1)}" for key in keys) + self.space() + "}"

    def json_value(self, depth=0):
        way = self.random.random()
        if depth > 4 or way < 0.5:
            return self.number()
        if way < 0.7:
            return self.quoted(self.pick(TEXTS))
        if way < 0.78:
            return self.pick(["true", "false"])
        if way < 0.84:
            return "null"
        return self.array(depth) if way < 0.93 else self.object(depth)

    def json_time(self):
        text = self.time_text()
        if self.time_kind in ("epoch", "relative") and self.chance(0.9):
            try:
                json.loads(text)
                return text
            except ValueError:
                pass
        return self.key(text)

    def json_members(self):
        members = [(self.options.time_field, self.json_time())]
        if self.long:
            members.append((self.options.channel_field, self.quoted(self.pick(self.names))))
            members.append((self.options.value_field, self.json_value()))
            if self.chance(0.3):
                members.append(("tags", self.pick([
                    "{}", '{"car":"7"}', '{"b":"x","a": 1.50}', '{"n":null,"on":true}', "null"])))
        else:
            there = 0.995 if self.steady else 0.85
            members += [(name, self.steady_value(name) or self.json_value())
                        for name in self.names if self.chance(there)]
        there = 0.995 if self.steady else 0.9
        members += [(name, self.tag(name, ['"x"', '"é, y"', "5", "1.50", "true", "null", '""']))
                    for name in self.tag_columns if self.chance(there)]
        if not self.steady and self.chance(0.5):
            self.random.shuffle(members)
        if self.chance(self.trouble / 2):
            self.spoil(members)
        return members

    def spoil(self, members):
        """Something wrong with an object that is JSON."""
        way = self.random.random()
        time = next(i for i, member in enumerate(members)
                    if member[0] == self.options.time_field)
        if way < 0.2:
            del members[time]
        elif way < 0.4:
            members[time] = members[time][0], self.pick(["null", "true", "[1]", "{}", '"soon"'])
        elif way < 0.7:
            members.append((self.pick(members)[0], self.pick(["1", '"x"', "2.5"])))
        elif way < 0.8:
            members.append(("deep", "[" * 200 + "]" * 200))
        elif self.long:
            members[:] = [member for member in members if member[0] != self.options.channel_field]
        else:
            members.append((self.pick(self.names) + "x", self.pick(HUGE)))

    def json_line(self):
        if self.chance(self.trouble / 2):
            return self.pick(BROKEN).encode("utf-8", "surrogatepass")
        line = "{" + ",".join(
            f"{self.space()}{self.key(name)}{self.space()}:{self.space()}{value}{self.space()}"
            for name, value in self.json_members()) + "}"
        line = (self.space() + line + self.space()).encode("utf-8")
        if self.chance(self.trouble / 6):
            at = line.find(b":") + 1
            line = line[:at] + b'"' + self.pick(BAD_UTF8) + b'",' + self.quoted("u").encode() \
                + b":" + line[at:]
        return line

    def json_chunks(self):
        self.loose = self.chance(0.4)
        chunks = []
        for _ in range(self.rows):
            chunks.append(self.json_line() + self.newline())
            if self.chance(0.03):
                chunks.append(self.pick([b"", b"  ", b"\t", b"\r"]) + b"\n")
        return chunks

    # ---- CSV ----

    def csv_quoted(self, text):
        return '"' + text.replace('"', '""') + '"'

    def cell(self, text):
        """A text as a cell, quoted where it must be."""
        must = any(char in text for char in '"\r\n' + self.options.delimiter)
        if must and text[:1] != '"' and not any(
                char in text for char in "\r\n" + self.options.delimiter) and self.chance(0.5):
            return text  # a quote inside an unquoted cell is a character
        if must or (not self.steady and self.chance(0.15)):
            text = self.csv_quoted(text)
        return f"{self.pick(['', ' ', '  '])}{text}{self.pick(['', ' '])}" if self.loose else text

    def csv_text(self):
        way = self.random.random()
        if way < 0.5:
            text = self.number()
            return text.replace(".", ",") if self.options.decimal == "," else text
        return self.pick(CELLS)

    def csv_value(self, name):
        value = self.steady_value(name)
        return self.csv_text() if value is None else value

    def csv_values(self):
        by_name = {self.options.channel_field: lambda: self.pick(self.names),
                   self.options.value_field: self.csv_text} if self.long else {}
        for name in self.tag_columns:
            by_name[name] = functools.partial(self.tag, name, ["x", "é", "5", "1.50", "", "a b"])
        time = self.time_text()
        if self.options.decimal == "," and self.time_kind in ("epoch", "relative"):
            time = time.replace(".", ",")
        if self.chance(self.trouble / 3):
            time = self.pick(["", "soon", " "])
        if self.options.time_field == "Date,Time":
            date, _, clock = time.replace("T", " ").replace("t", " ").partition(" ")
            by_name["Date"], by_name["Time"] = lambda: date, lambda: clock
        else:
            by_name[self.options.time_field] = lambda: time
        return [by_name[name]() if name in by_name else self.csv_value(name)
                for name in self.header]

    def csv_record(self):
        values = self.csv_values()
        odd = 0.01 if self.steady else 0.05
        if self.chance(odd):
            values = values[:self.random.randint(1, len(values))]
        if self.chance(odd):
            values += self.pick([[""], ["", " "], ["x"] if self.trouble else [""]])
        record = self.options.delimiter.join(self.cell(value) for value in values).encode("utf-8")
        if self.chance(self.trouble / 6):
            record += self.options.delimiter.encode() + self.pick(BAD_UTF8)
        return record

    def csv_options(self):
        way = self.random.random()
        if way < 0.25:
            self.options.delimiter, self.options.decimal = ";", ","
            self.flags += ["--delimiter", ";", "--decimal", ","]
        elif way < 0.4:
            self.options.delimiter, self.options.input = "\t", "tsv"
        elif way < 0.5:
            self.options.delimiter = "|"
            self.flags += ["--delimiter", "|"]
        elif self.chance(0.5):
            self.flags += ["--delimiter", ","]
        if self.chance(0.25):
            self.options.comment = self.pick(["#", "//", "# "])
            self.flag("--comment", self.options.comment)

    def csv_chunks(self):
        self.loose = self.chance(0.3)
        times = self.options.time_field.split(",")
        names = [self.options.channel_field, self.options.value_field] if self.long else self.names
        self.header = names + self.tag_columns + times
        if self.chance(0.5):
            self.random.shuffle(self.header)
        chunks = []
        if self.options.columns is None:
            chunks.append(self.options.delimiter.join(
                self.cell(name) for name in self.header).encode("utf-8") + self.newline())
        else:
            self.options.columns = self.header
            self.flags += [f"--columns={','.join(self.header)}"]
        for _ in range(self.rows):
            chunks.append(self.csv_record() + self.newline())
            if self.chance(0.03):
                chunks.append(self.pick([b"", b"  "]) + b"\n")
            if self.options.comment and self.chance(0.1):
                chunks.append(self.options.comment.encode() + b' a "comment, it is\n')
        if self.chance(self.trouble):
            chunks.append(b'x,"never closed' + self.newline())
            chunks += [self.pick([b"1,2\n", b"\n", b"word"]) for _ in range(2)]
        return chunks

    # ---- the case ----

    def newline(self):
        return b"\r\n" if self.crlf else b"\n"

    def chunks_of(self):
        chunks = self.csv_chunks() if self.csv else self.json_chunks()
        if self.options.skip_lines:
            chunks = [b'junk "line ' + str(i).encode() + b"\n"
                      for i in range(self.options.skip_lines)] + chunks
        if self.chance(0.1):
            chunks = [b"\xef\xbb\xbf"] + chunks
        if chunks and self.chance(0.3):
            chunks[-1] = chunks[-1].rstrip(b"\r\n")
        return chunks

    def case(self):
        self.rows = self.pick([40, 80, 160, 300] if self.steady else [0, 1, 2, 10, 40, 40, 80])
        self.crlf = self.chance(0.15)
        self.options.input = "csv" if self.csv else "jsonl"
        if self.csv:
            self.csv_options()
        self.values()
        self.time()
        self.shape()
        self.bad_rows()
        if self.chance(0.1):
            self.options.skip_lines = self.random.randint(1, 3)
            self.flag("--skip-lines", str(self.options.skip_lines))
        files = 1
        if self.csv and self.chance(0.15):
            self.options.columns = []
            self.flags.append("--no-header")
        elif self.chance(0.15):
            files = self.random.randint(2, 3)
        chunks = [self.chunks_of() for _ in range(files)]
        self.flags += ["-i", self.options.input]
        limits, rotate = self.limits()
        return Case(self.seed, self.options, self.flags, limits, rotate,
                    self.pick(["snappy", "snappy", "null", "deflate", "zstandard"]), chunks,
                    [f"in{i}.{self.options.input}" for i in range(files)])


def make_case(seed):
    return Maker(seed).case()
