"""Running `tlm rotate`, and what its tests look at."""

import os
import struct

import foreign
from outside import Done, digest, start
from readback import Part

START = 1700000000000000000


def tool(command, *arguments, status=0, **how):
    """Runs any command of the program; status None: however it ends."""
    done = Done(start(*arguments, command=command, **how))
    return done if status is None else done.ended(status)


def rotate(*arguments, **how):
    return tool("rotate", *arguments, **how)


def checksum(paths):
    return tool("checksum", "--total", *paths).out.split()[0]


def real(number):
    return "double", struct.unpack("<Q", struct.pack("<d", number))[0]


def of_file(path):
    return Part(path).points


def of_files(paths):
    return [point for path in paths for point in of_file(path)]


def make(path, first, end, per_block=50, codec="null", **how):
    """Points first..end-1 of channels n and x, two records in a block."""
    blocks = []
    for at in range(first, end, per_block):
        times = range(at, min(at + per_block, end))
        blocks.append([foreign.record(("n", ()), [(START + i, ("long", i)) for i in times]),
                       foreign.record(("x", ()), [(START + i, real(i / 4)) for i in times])])
    foreign.write(path, blocks, codec, **how)


def read(path):
    with open(path, "rb") as stream:
        return stream.read()


def store(path, data):
    with open(path, "wb") as stream:
        stream.write(data)


def flip(path, at):
    """Changes a byte; at may count from the end."""
    data = bytearray(read(path))
    data[at] ^= 0x55
    store(path, bytes(data))


def everything(folder="."):
    """{path: digest} of all files; of links, where they lead."""
    found = {}
    for where, _, some in os.walk(folder):
        for name in some:
            path = os.path.join(where, name)
            found[path] = os.readlink(path) if os.path.islink(path) else digest(path) \
                if os.path.isfile(path) else "special"
    return found
