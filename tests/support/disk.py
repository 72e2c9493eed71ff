"""What a disk may hold after a power cut, from a record of record_files.c.

A file's bytes are safe up to its last fsync, a folder's entries up to the last fsync of the folder.
What came later may be there or not, each file and each name by itself, and a last write in part.
"""

import os

SECTOR = 512


class Inode:
    """A file: its bytes when they were last safe, and what was done since."""

    def __init__(self, safe=b""):
        self.safe = safe
        self.since = []

    def bytes(self, operations=None):
        made = bytearray(self.safe)
        for kind, at, data in self.since if operations is None else operations:
            if kind == "cut":
                del made[at:]
                made.extend(bytes(at - len(made)))
            else:
                made.extend(bytes(max(0, at - len(made))))
                made[at:at + len(data)] = data
        return bytes(made)

    def sync(self):
        self.safe, self.since = self.bytes(), []

    def torn(self):
        """What a last write that was not synced leaves when it breaks off at a sector: the rest is
        missing, or, where the length was written first, zeros."""
        if not self.since or self.since[-1][0] != "write":
            return
        before = self.since[:-1]
        _, at, data = self.since[-1]
        for edge in range(at - at % SECTOR + SECTOR, at + len(data), SECTOR):
            kept = data[:edge - at]
            yield self.bytes(before + [("write", at, kept)])
            if at + len(data) > len(self.bytes(before)):
                yield self.bytes(before + [("write", at, kept + bytes(len(data) - len(kept)))])

    def holes(self):
        """One write of several did not arrive."""
        for i in range(len(self.since) if len(self.since) > 1 else 0):
            yield self.bytes(self.since[:i] + self.since[i + 1:])


class Disk:
    """Folders are flat: a name is a path."""

    def __init__(self, files):
        self.safe = {name: Inode(data) for name, data in files.items()}  # entries that are safe
        self.since = []  # what was done to the entries: (folder, {name: inode or None})
        self.now = dict(self.safe)

    def _entries(self, changes):
        made = dict(self.safe)
        for _, change in changes:
            for name, inode in change.items():
                made[name] = inode
        return {name: inode for name, inode in made.items() if inode}

    def _change(self, change):
        folder = os.path.dirname(next(iter(change)))
        self.since.append((folder, change))
        self.now = self._entries(self.since)

    def _sync_folder(self, folder):
        folder = "" if folder == "." else folder
        done = [each for each in self.since if each[0] == folder]
        self.since = [each for each in self.since if each[0] != folder]
        self.safe = self._entries(done)

    def do(self, line):
        kind, *args = line.rstrip("\n").split("\t")
        if kind == "create":
            if args[0] not in self.now:
                self._change({args[0]: Inode()})
        elif kind == "write":
            self.now[args[0]].since.append(("write", int(args[1]), bytes.fromhex(args[2])))
        elif kind == "cut":
            self.now[args[0]].since.append(("cut", int(args[1]), b""))
        elif kind == "sync":
            if args[0] in self.now:
                self.now[args[0]].sync()
            else:
                self._sync_folder(args[0])
        elif kind == "rename":
            self._change({args[1]: self.now[args[0]], args[0]: None})
        elif kind == "link":
            self._change({args[1]: self.now[args[0]]})
        elif kind == "unlink":
            self._change({args[0]: None})
        else:
            raise ValueError(line)

    # ---- after a power cut ----------------------------------------------------------------------

    def _entry_states(self):
        """Some of the changes of names that were not synced: every choice of a few, else those up
        to each moment, and all but one."""
        n = len(self.since)
        if n <= 5:
            chosen = range(2 ** n)
        else:
            chosen = [2 ** i - 1 for i in range(n + 1)] + [2 ** n - 1 - 2 ** i for i in range(n)]
        for bits in chosen:
            yield self._entries([each for i, each in enumerate(self.since) if bits >> i & 1])

    def strict(self):
        """Only what is safe."""
        return {name: inode.safe for name, inode in self.safe.items()}

    def whole(self):
        return {name: inode.bytes() for name, inode in self.now.items()}

    def states(self):
        """Every {name: bytes} that may be found."""
        for entries in self._entry_states():
            whole = {name: inode.bytes() for name, inode in entries.items()}
            safe = {name: inode.safe for name, inode in entries.items()}
            yield whole
            yield safe
            for name, inode in entries.items():
                if not inode.since:
                    continue
                yield {**whole, name: inode.safe}
                yield {**safe, name: inode.bytes()}
                for data in inode.torn():
                    yield {**whole, name: data}
                for data in inode.holes():
                    yield {**whole, name: data}
