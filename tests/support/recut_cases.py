"""Random input for `tlm rotate`: telemetry files of tlm write and of other writers, and options."""

import json
import random
import struct

import foreign
from outside import tlm

CODECS = "snappy", "snappy", "null", "deflate", "zstandard"
TEXTS = ["", "idle", "é", "日本", "x" * 300, "a\0b", "line\nbreak", '{"a":1}', "NaN"]
JSONS = ['{ "a" : 1.10,\n "b":[ ] }', "{}", '[1, "two"]', '{"k":"' + "v" * 80 + '"}']
REALS = [0.0, -0.0, 1.5, float("inf"), float("-inf"), 5e-324, 1e308]
NANS = [0x7ff8000000000000, 0x7ff8000000000123, 0xfff8000000000000, 0x7ff0000000000001]
FAR = [-(1 << 63), (1 << 63) - 1, 0, -1]


def bits(real):
    return struct.unpack("<Q", struct.pack("<d", real))[0]


class Inputs:
    """Files in the current folder."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.tags = self.random.choice([[{}], [{}, {"car": "7"}, {"car": "8", "é": "y"}],
                                        [{"car": ""}, {"other": "z"}]])
        self.channels = self.random.sample(["a", "b", "rpm", "é/x", "a.b", "long" * 20, "", "..",
                                            "%Y", "{x}"], self.random.randint(1, 6))
        self.step_ns = self.random.choice([1, 1000, 10**6, 10**9])
        self.disorder = self.random.choice([0, 0, 3, 1000])
        self.repeats = self.random.choice([0, 0, 0.2, 0.9])
        self.far = self.random.random() < 0.05
        self.mixed = self.random.choice([0, 0, 0.3])
        self.shared = self.random.random() < 0.7  # metadata that all have
        self.now, self.names = 1700000000 * 10**9, []
        self.kinds = {}
        codec = self.random.choice(CODECS)
        for i in range(self.random.choice([1, 1, 2, 3, 5, self.random.randint(1, 20)])):
            self.names.append(f"in{i}.avro")
            if self.random.random() < 0.15:
                codec = self.random.choice(CODECS)
            (self.by_tlm if self.random.random() < 0.5 else self.by_others)(self.names[-1], codec)

    def time(self):
        pick = self.random
        if self.far and pick.random() < 0.1:
            return pick.choice(FAR)
        if pick.random() >= self.repeats:
            self.now += self.step_ns * pick.choice([1, 1, 1, 1, 1, 50])
        return self.now - (pick.randrange(self.disorder) * self.step_ns if self.disorder else 0)

    def value(self, channel):
        pick = self.random
        kind = self.kinds.setdefault(channel, pick.choice(
            ["double", "double", "long", "long", "string", "doubles", "strings", "json"]))
        if pick.random() < self.mixed:
            kind = pick.choice(["double", "long", "string", "doubles", "strings", "json"])
        real = pick.choice(REALS + [pick.uniform(-9, 9)] * 9)
        if kind == "double":
            return kind, pick.choice(NANS) if pick.random() < 0.1 else bits(real)
        if kind == "long":
            return kind, pick.choice([pick.randrange(3), pick.randrange(-(1 << 63), (1 << 63) - 1)])
        if kind == "doubles":
            return kind, tuple(pick.choice([bits(real), NANS[1]]) for _ in range(pick.randrange(4)))
        if kind == "strings":
            return kind, tuple(pick.choice(TEXTS) for _ in range(pick.randrange(4)))
        return kind, pick.choice(JSONS if kind == "json" else TEXTS)

    def metadata(self):
        pairs = [("site", "north"), ("owner", "é=x")] if self.shared else []
        return pairs + [("serial", str(self.random.randrange(3)))]

    def by_others(self, name, codec):
        pick, blocks = self.random, []
        for _ in range(pick.choice([1, 2, 5, 9])):
            records = []
            for _ in range(pick.choice([0, 1, 2, 4])):
                channel = pick.choice(self.channels)
                series = channel, tuple(sorted(pick.choice(self.tags).items()))
                points = [(self.time(), self.value(channel))
                          for _ in range(pick.choice([0, 1, 1, 7, 60]))]
                records.append(foreign.record(series, points, pick.randint(1, 3),
                                              pick.random() < 0.5))
            blocks.append(records)
        foreign.write(name, blocks, codec, schema=pick.choice(foreign.schema_texts()),
                      metadata=self.metadata(), sync=pick.randbytes(16))

    def plain(self):
        pick = self.random
        return pick.choice([json.dumps(pick.choice(TEXTS)), "1.5", "2", "-7", "NaN", "[1.5,2]",
                            '["x","y"]', '{"lat":1.10}', repr(pick.random())])

    def by_tlm(self, name, codec):
        pick, rows = self.random, []
        for _ in range(pick.choice([1, 5, 40, 300])):
            channel = pick.choice(self.channels) or "a"
            rows.append(f'{{"ts":{self.time()},"channel":{json.dumps(channel)},"value":'
                        f'{self.plain()},"tags":{json.dumps(pick.choice(self.tags))}}}\n')
        more = [f"--metadata={key}={word}" for key, word in self.metadata()]
        tlm("-q", "-t", "ts", "-T", "ns", "-i", "jsonl", "--shape", "long", "--codec", codec, "-o",
            name, "--batch-points", pick.choice([1, 3, 10, 100, 100000]), *more,
            feed="".join(rows).encode()).ended(0)


class Options:
    """Limits and the rest."""

    def __init__(self, seed, span_ns):
        pick = random.Random(seed)
        self.points = pick.choice([0, 0, 1, 2, 7, 100, pick.randint(1, 1000)])
        self.size = pick.choice([0, 0, 0, 1500, 2500, 10000, 1 << 20])
        self.span_ns = pick.choice([0, 0, 0, max(span_ns // pick.randint(2, 9), 1),
                                    min(2 * span_ns + 1, (1 << 63) - 1)])
        if self.points in (1, 2) and span_ns:
            self.span_ns = 0
        self.threads = pick.choice([1, 2, 4])
        self.coalesce = pick.random() < 0.25
        self.sort = pick.random() < 0.25
        self.dedupe = pick.choice(["", "", "", "exact", "first", "last"])
        self.recode = pick.choice(["", "", "", *CODECS])
        self.split = pick.choice(["", "", "", "channel", "tag.car", "tag.none"])
        self.max_open = pick.choice([0, 1, 2, 3])
        self.memory = pick.choice(["", "", "16MiB"])

    def arguments(self):
        pairs = [("--rotate-points", self.points), ("--rotate-size", self.size),
                 ("--rotate-span", f"{self.span_ns}ns" if self.span_ns else ""),
                 ("--dedupe", self.dedupe), ("--recode", self.recode), ("--split-by", self.split),
                 ("--max-open", self.max_open), ("--memory", self.memory), ("-j", self.threads)]
        flags = ["--coalesce"] * self.coalesce + ["--sort=time"] * self.sort
        return flags + [f"{name}{'' if name == '-j' else '='}{value}" for name, value in pairs
                        if value]

    @property
    def sorts(self):
        return self.sort or bool(self.dedupe)

    @property
    def rotates(self):
        return bool(self.points or self.size or self.span_ns)

    def key(self, series):
        if not self.split:
            return ""
        return series[0] if self.split == "channel" else dict(series[1]).get(self.split[4:], "")
