#!/usr/bin/python3
"""Random schemas and data: what the decoder prints as JSON is what python3-avro and avro-c read.

Data are encoded here, with array and map blocks cut up in every way the format allows; some go into
files with every codec, which scripts/read-collection compares. CHECK_LONG=1: more of them.
"""

import bz2
import datetime
import decimal
import io
import json
import lzma
import math
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import uuid
import warnings
import zlib

warnings.simplefilter("ignore")
import avro.codecs  # noqa: E402
import avro.io  # noqa: E402
import avro.schema  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(os.environ.get("BUILD", "build-asan"), "tests", "avro_json")
SCHEMAS = 1500 if os.environ.get("CHECK_LONG") == "1" else 150
PRIMITIVES = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"]
LOGICAL = [
    ("int", "date"), ("int", "time-millis"), ("long", "time-micros"), ("long", "timestamp-millis"),
    ("long", "timestamp-micros"), ("string", "uuid"), ("bytes", "decimal"), ("fixed", "decimal"),
    ("int", "unknown"), ("string", "date"), ("long", "decimal"),
]
ZONED = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z$")
CLOCK = re.compile(r"^(\d\d:\d\d:\d\d)(\.\d+)?$")


# ---- schemas -----------------------------------------------------------------------------------

class Schemas:
    """Makes one random schema."""

    def __init__(self, rng):
        self.rng = rng
        self.count = 0
        self.closed = []  # full names of finished types, with their definitions
        self.open = []
        self.types = {}

    def name(self, space):
        self.count += 1
        name = f"t{self.count}"
        how = self.rng.randrange(4)
        if how == 0:
            return {"name": f"far.away.{name}"}, f"far.away.{name}", "far.away"
        if how == 1:
            return {"name": name, "namespace": "near"}, f"near.{name}", "near"
        return {"name": name}, f"{space}.{name}" if space else name, space

    def refer(self, full, space):
        """The name as it may be written inside of space."""
        if "." not in full:
            return full if not space else None
        inside, short = full.rsplit(".", 1)
        return short if inside == space and self.rng.random() < 0.5 else full

    def make(self, depth, space, in_union=False):
        choices = ["primitive"] * 5 + ["logical"] * 2
        if depth > 0:
            choices += ["record"] * 3 + ["array", "map", "enum", "fixed"]
            choices += [] if in_union else ["union"] * 2
        if self.closed:
            choices += ["name"]
        kind = self.rng.choice(choices)
        return getattr(self, "make_" + kind)(depth, space)

    def make_primitive(self, _depth, _space):
        name = self.rng.choice(PRIMITIVES)
        return name if self.rng.random() < 0.8 else {"type": name, "doc": "x"}

    def make_logical(self, _depth, space):
        base, logical = self.rng.choice(LOGICAL)
        made = {"type": base, "logicalType": logical}
        if base == "fixed":
            more, full, _ = self.name(space)
            made.update(more, size=self.rng.randint(1, 12))
            self.types[full] = made
            self.closed.append(full)
        if logical == "decimal":
            digits = self.rng.randint(1, 28)
            if base == "fixed":
                digits = max(1, int(math.log10(2) * (8 * made["size"] - 1)))
            made.update(precision=digits, scale=self.rng.randint(0, digits))
        return made

    def make_name(self, _depth, space):
        full = self.rng.choice(self.closed)
        return self.refer(full, space) or "long"

    def make_enum(self, _depth, space):
        more, full, _ = self.name(space)
        made = {"type": "enum", "symbols": [f"S{i}" for i in range(self.rng.randint(1, 5))], **more}
        self.types[full] = made
        self.closed.append(full)
        return made

    def make_fixed(self, _depth, space):
        more, full, _ = self.name(space)
        made = {"type": "fixed", "size": self.rng.randint(1, 9), **more}
        self.types[full] = made
        self.closed.append(full)
        return made

    def make_array(self, depth, space):
        return {"type": "array", "items": self.make(depth - 1, space)}

    def make_map(self, depth, space):
        return {"type": "map", "values": self.make(depth - 1, space)}

    def make_union(self, depth, space):
        branches, seen = [], set()
        for _ in range(self.rng.randint(1, 4)):
            branch = self.make(depth - 1, space, in_union=True)
            kind = branch if isinstance(branch, str) else branch["type"]
            named = branch if isinstance(branch, str) and branch not in PRIMITIVES else None
            key = named.rsplit(".", 1)[-1] if named else kind
            if kind in ("record", "enum", "fixed") and not named:
                key = branch["name"].rsplit(".", 1)[-1]
            if key in seen:
                if not isinstance(branch, str):
                    return branches[0] if branches else branch
                continue
            seen.add(key)
            branches.append(branch)
        return branches

    def make_record(self, depth, space):
        more, full, inside = self.name(space)
        made = {"type": "record", **more, "fields": []}
        self.types[full] = made
        for i in range(self.rng.randint(0 if depth < 3 else 1, 5)):
            if self.rng.random() < 0.1 and self.refer(full, inside):
                field = ["null", self.refer(full, inside)]
            else:
                field = self.make(depth - 1, inside)
            made["fields"].append({"name": f"f{i}", "type": field})
        self.closed.append(full)
        return made


# ---- data --------------------------------------------------------------------------------------

def varint(value):
    bits = (value << 1) ^ (value >> 63)
    out = bytearray()
    while bits > 0x7f:
        out.append(bits & 0x7f | 0x80)
        bits >>= 7
    out.append(bits)
    return bytes(out)


class Data:
    """Encodes random data of a parsed schema."""

    def __init__(self, rng):
        self.rng = rng

    def one(self, schema, depth=0):
        kind = schema.type
        if kind in ("record", "error"):
            return b"".join(self.one(field.type, depth + 1) for field in schema.fields)
        if kind == "union":
            n = len(schema.schemas)
            branch = 0 if depth > 8 else self.rng.randrange(n)
            return varint(branch) + self.one(schema.schemas[branch], depth + 1)
        if kind == "array":
            return self.blocks(lambda: self.one(schema.items, depth + 1), depth)
        if kind == "map":
            return self.blocks(lambda: self.key() + self.one(schema.values, depth + 1), depth)
        if kind == "enum":
            return varint(self.rng.randrange(len(schema.symbols)))
        if kind == "fixed" and schema.props.get("logicalType") == "decimal":
            return self.digits(schema).to_bytes(schema.size, "big", signed=True)
        if kind == "fixed":
            return self.rng.randbytes(schema.size)
        return getattr(self, kind)(schema)

    keys = 0

    def key(self):
        self.keys += 1
        return self.text(f"k{self.keys}")

    def blocks(self, element, depth):
        out = b""
        for _ in range(0 if depth > 8 else self.rng.randrange(3)):
            elements = [element() for _ in range(self.rng.randint(1, 3))]
            body = b"".join(elements)
            if self.rng.random() < 0.5:
                out += varint(len(elements)) + body
            else:
                out += varint(-len(elements)) + varint(len(body)) + body
        return out + b"\0"

    def null(self, _):
        return b""

    def boolean(self, _):
        return self.rng.choice([b"\0", b"\1"])

    def integer(self, bits):
        low = -(1 << bits - 1)
        return self.rng.choice([low, -low - 1, 0, -1, self.rng.randrange(low, -low) >>
                                self.rng.randrange(bits)])

    def int(self, schema):
        logical = getattr(schema, "logical_type", None) or schema.props.get("logicalType")
        if logical == "date":
            return varint(self.rng.randrange(-700000, 2900000))
        if logical == "time-millis":
            return varint(self.rng.randrange(86400000))
        return varint(self.integer(32))

    def long(self, schema):
        logical = getattr(schema, "logical_type", None) or schema.props.get("logicalType")
        scale = {"timestamp-millis": 1000, "timestamp-micros": 1000000}.get(logical)
        if logical == "time-micros":
            return varint(self.rng.randrange(86400000000))
        if scale:
            return varint(self.rng.randrange(-60000000000, 250000000000) * scale +
                          self.rng.randrange(scale))
        return varint(self.integer(64))

    def float(self, _):
        value = self.rng.choice([0.1, -2.5e9, 1e-40, 3.0, self.rng.uniform(-1, 1)])
        return struct.pack("<f", value)

    def double(self, _):
        value = struct.unpack("<d", self.rng.randbytes(8))[0]
        value = value if math.isfinite(value) else 0.1
        return struct.pack("<d", self.rng.choice([value, self.rng.uniform(-9, 9), -0.0, 5.0]))

    def text(self, text):
        raw = text.encode()
        return varint(len(raw)) + raw

    def string(self, schema):
        logical = getattr(schema, "logical_type", None) or schema.props.get("logicalType")
        if logical == "uuid":
            return self.text(str(uuid.UUID(bytes=self.rng.randbytes(16), version=4)))
        letters = "aZ \"\\/\n\t\u0001\u007f\u00e9\u20ac\ufffd\U0001f680"
        return self.text("".join(self.rng.choices(letters, k=self.rng.randrange(20))))

    def digits(self, schema):
        most = 10 ** schema.props["precision"] - 1
        return self.rng.randint(-most, most) >> self.rng.randrange(60)

    def bytes(self, schema):
        if schema.props.get("logicalType") == "decimal":
            value = self.digits(schema)
            raw = value.to_bytes(value.bit_length() // 8 + 1 + self.rng.randrange(2), "big",
                                 signed=True)
        else:
            raw = self.rng.randbytes(self.rng.randrange(9))
        return varint(len(raw)) + raw


# ---- comparing ---------------------------------------------------------------------------------

def fraction(match):
    return match.group(1) + (match.group(2) or "").rstrip("0").rstrip(".")


def same(ours, theirs):
    """ours: from our JSON, numbers as they are written; theirs: what python3-avro gives."""
    if isinstance(theirs, dict):
        return isinstance(ours, dict) and list(ours) == list(theirs) and all(
            same(ours[key], theirs[key]) for key in theirs)
    if isinstance(theirs, list):
        return isinstance(ours, list) and len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(theirs, datetime.datetime):
        match = ZONED.match(ours)
        text = theirs.astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat() + "Z"
        return match and fraction(match) == fraction(ZONED.match(text))
    if isinstance(theirs, datetime.date):
        return ours == theirs.isoformat()
    if isinstance(theirs, datetime.time):
        match = CLOCK.match(ours)
        return match and fraction(match) == fraction(CLOCK.match(theirs.isoformat()))
    if isinstance(theirs, decimal.Decimal):
        return str(ours) == format(theirs, "f") or (theirs == 0 and float(str(ours)) == 0)
    if isinstance(theirs, bytes):
        return ours == theirs.decode("latin-1")
    if isinstance(theirs, uuid.UUID):
        return ours == str(theirs)
    if isinstance(theirs, float):
        return isinstance(ours, Number) and ours.real and (
            float(ours) == theirs or struct.pack("<f", float(ours)) == struct.pack("<f", theirs))
    if isinstance(theirs, bool) or theirs is None or isinstance(theirs, str):
        return ours is theirs if not isinstance(theirs, str) else ours == theirs
    return isinstance(ours, Number) and str(ours) == str(theirs)


class Number(str):
    real = False


class Real(Number):
    real = True


def load(line):
    return json.loads(line, parse_int=Number, parse_float=Real)


def short_names(value):
    """avro-c writes the branches of a union without namespace."""
    if isinstance(value, dict):
        return {key.rsplit(".", 1)[-1]: short_names(item) for key, item in value.items()}
    if isinstance(value, list):
        return [short_names(item) for item in value]
    if isinstance(value, Number):
        return float(value) if value.real else int(value)
    return value


def close(a, b):
    """Equal, but avro-c prints a float with the digits of a double, and bytes up to the first NUL.
    """
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(close(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(close, a, b))
    if isinstance(a, float) and isinstance(b, float) and a != b:
        return struct.pack("<f", a) == struct.pack("<f", b)
    if isinstance(a, str) and isinstance(b, str):
        return a.split("\0")[0] == b
    return a == b and type(a) is type(b)


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, check=False,
                          timeout=60)


class Case:
    """One schema with some data, on disk."""

    def __init__(self, seed, folder, schema=None):
        self.rng = random.Random(seed)
        self.text = json.dumps(schema or Schemas(self.rng).make(4, ""))
        self.schema = avro.schema.parse(self.text)
        encoded = [Data(self.rng).one(self.schema) for _ in range(20)]
        self.data = [datum for datum in encoded if datum][:20]
        self.paths = [os.path.join(folder, name) for name in ("schema", "data")]
        for path, content in zip(self.paths, (self.text.encode(), b"".join(self.data))):
            with open(path, "wb") as file:
                file.write(content)

    def check_python(self):
        """None, or what differs."""
        result = run(*self.paths)
        lines = result.stdout.decode().splitlines()
        if result.returncode or len(lines) != len(self.data):
            return f"{len(lines)} of {len(self.data)}: {result.stderr.decode()}"
        reader = avro.io.DatumReader(self.schema)
        for line, datum in zip(lines, self.data):
            theirs = reader.read(avro.io.BinaryDecoder(io.BytesIO(datum)))
            if not same(load(line), theirs):
                return f"{line}\n  python3-avro: {theirs}"
        return None

    def check_avro_c(self):
        """None, or what differs; "refused" where avro-c does not read the schema."""
        theirs = run(f"--avro-c={len(self.data)}", *self.paths)
        if theirs.returncode or '"fields": []' in self.text:
            return "refused"  # it does not read arrays of records without fields either
        ours = run("--avro-encoding", *self.paths).stdout.decode().splitlines()
        lines = theirs.stdout.decode("utf-8", "replace").splitlines()
        for ours_line, line in zip(ours, lines):
            if not close(short_names(load(ours_line)), short_names(load(line))):
                return f"{ours_line}\n  avro-c: {line}"
        return None if len(lines) == len(ours) else f"{len(ours)} data, avro-c: {len(lines)}"

    def check_skip(self):
        result = run("--skip", *self.paths)
        return None if result.stdout.decode().strip() == str(len(self.data)) else str(result)


def spelled(value):
    """repr, with exponents as we write them."""
    return re.sub(r"e([-+])0*", lambda match: "e-" if match.group(1) == "-" else "e", repr(value))


def check_doubles(folder, rng):
    """Random bits, few digits, powers of two: each text is Python's."""
    values = [struct.unpack("<d", rng.randbytes(8))[0] for _ in range(20000)]
    values += [rng.randrange(10 ** rng.randint(1, 9)) / 10 ** rng.randint(0, 12)
               for _ in range(20000)]
    values += [math.ldexp(1, exponent) for exponent in range(-1074, 1024)]
    values = [value for value in values if math.isfinite(value)]
    paths = [os.path.join(folder, name) for name in ("schema", "data")]
    for path, content in zip(paths, (b'"double"', struct.pack(f"<{len(values)}d", *values))):
        with open(path, "wb") as file:
            file.write(content)
    lines = run(*paths).stdout.decode().splitlines()
    wrong = [f"{line}, not {spelled(value)}" for line, value in zip(lines, values)
             if line != spelled(value)]
    return wrong or ([] if len(lines) == len(values) else [f"{len(lines)} of {len(values)}"])


# ---- files -------------------------------------------------------------------------------------

def snappy(data):
    return avro.codecs.get_codec("snappy").compress(data)[0]


def deflate(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


CODECS = {
    None: bytes, "null": bytes, "deflate": deflate, "snappy": snappy,
    "bzip2": bz2.compress, "xz": lzma.compress,
    "zstandard": lambda data: avro.codecs.zstd.ZstdCompressor().compress(data),
}


def text(data):
    return varint(len(data)) + data


def container(case, codec, n_keys):
    """A file of the case's data; the metadata come in map blocks of all kinds."""
    pairs = [(b"avro.schema", case.text.encode())]
    pairs += [] if codec is None else [(b"avro.codec", codec.encode())]
    pairs += [(b"key %d" % i, case.rng.randbytes(i % 50)) for i in range(n_keys)]
    case.rng.shuffle(pairs)
    out = b"Obj\x01"
    while pairs:
        some = [pairs.pop() for _ in range(min(len(pairs), case.rng.choice([1, 2, 1000])))]
        body = b"".join(text(key) + text(value) for key, value in some)
        sized = case.rng.random() < 0.5
        out += (varint(-len(some)) + varint(len(body)) if sized else varint(len(some))) + body
    sync = case.rng.randbytes(16)
    out += b"\0" + sync
    data = list(case.data)
    while data:
        block = [data.pop(0) for _ in range(min(len(data), case.rng.choice([0, 1, 2, 9])))]
        body = CODECS[codec](b"".join(block))
        out += varint(len(block)) + text(body) + sync
    return out


RECURSIVE = {"type": "record", "name": "tree", "fields": [
    {"name": "value", "type": ["null", "double", "string"]},
    {"name": "left", "type": ["null", "tree"]},
    {"name": "more", "type": {"type": "map", "values": {"type": "array", "items": "tree"}}}]}


def check_files(folder, seeds):
    """The lines that say what is wrong with files of every codec."""
    schemas = [None] * seeds + [RECURSIVE] * 3 + PRIMITIVES[1:]
    for seed, schema in enumerate(schemas):
        case = Case(seed, folder, schema)
        for codec in CODECS:
            n_keys = 5000 if seed == 0 else case.rng.choice([0, 3])
            with open(os.path.join(folder, f"{seed}-{codec}.avro"), "wb") as file:
                file.write(container(case, codec, n_keys))
    script = os.path.join(HERE, "..", "..", "scripts", "read-collection")
    done = subprocess.run([script, folder], capture_output=True, text=True, check=False)
    wrong = [line for line in done.stdout.splitlines()[:-1] if not line.startswith("same ")]
    if not done.stdout.endswith(f"{len(schemas) * len(CODECS)} same, 0 refused, 0 alone, "
                                "0 differs\n"):
        wrong.append(f"{done.stdout[-200:]} {done.stderr[-500:]}")
    program = os.environ.get("TLM", os.path.join(HERE, "..", "..", "build", "tlm"))
    for seed in range(len(schemas)):
        rows = {codec: subprocess.run([program, "cat", f"{folder}/{seed}-{codec}.avro"],
                                      capture_output=True, check=False).stdout for codec in CODECS}
        wrong += [f"{seed}: {codec} is not as without a codec" for codec in CODECS
                  if rows[codec] != rows[None]]
    return wrong


def main():
    passed = failed = refused = 0
    first = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + SCHEMAS):
            case = Case(seed, folder)
            for check in (case.check_python, case.check_skip, case.check_avro_c):
                wrong = check()
                if wrong == "refused":
                    refused += 1
                elif wrong is None:
                    passed += 1
                else:
                    failed += 1
                    print(f"seed {seed}: {check.__name__}: {case.text}\n  {wrong}")
        wrong = check_doubles(folder, random.Random(first))
        passed, failed = passed + (not wrong), failed + bool(wrong)
        print(*wrong[:5], sep="\n", end="\n" if wrong else "")
        os.mkdir(os.path.join(folder, "files"))
        wrong = check_files(os.path.join(folder, "files"), SCHEMAS // 10)
        passed, failed = passed + (not wrong), failed + bool(wrong)
        print(*wrong[:20], sep="\n", end="\n" if wrong else "")
    if refused * 2 > SCHEMAS:
        failed += 1
        print(f"avro-c refused {refused} of {SCHEMAS} schemas")
    print(f"test_decode: {passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
