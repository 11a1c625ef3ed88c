"""Interlock segments for Python: lists the objects of a segment, and receives from its rings and mailboxes.

    with Segment("/orders") as segment:
        for entry in segment.entries():
            print(entry.name, entry.kind, entry.parameters)
        mailbox = segment.mailbox("jobs")
        with mailbox.receive(timeout=10) as message:
            print(bytes(message.payload).decode(), message.redelivered)

From a shell:

    python3 interlock.py /orders                    lists the objects
    python3 interlock.py /orders receive jobs 100   prints 100 messages, as text

lib/shared/FORMAT.md says what lies where. Python 3.8 or later, 64-bit Linux, no packages.

Python has no atomic operations on shared memory, and a plain read-modify-write would lose what other processes do. So every
word that others write is accessed through libatomic, which comes with GCC's runtime (libatomic1, libatomic): its functions
are the C11 atomics, on x86-64 and on aarch64 alike, and order memory as they do. So several receivers, in any language, may
share a mailbox. Without that library this module says so, and reads nothing.

A receiver that is killed before its message is closed leaves it to be delivered again. A forked child must not use its parent's
segments.
"""

import ctypes
import ctypes.util
import errno
import fcntl
import itertools
import mmap
import os
import platform
import struct
import sys
import threading
import time

MAGIC = 0x4B434C5245544E49
VERSION = 1
BYTE_ORDER = 0x01020304
SLOTS, SLOT_TABLE, SLOT_LENGTH = 1024, 64, 16
ENTRIES, DIRECTORY, ENTRY_LENGTH = 1024, 16448, 384
OBJECTS = 409664
READY = 1
THREAD_BITS = 19
MAX_NUMBER = (1 << THREAD_BITS) - 1
MAX_BASE = 1 << 18
PARTY = (1 << 29) - 1

F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW = 36, 37, 38
FUTEX_WAIT, FUTEX_WAKE = 0, 1
SYS_FUTEX = {"x86_64": 202, "aarch64": 98}.get(platform.machine())
SEQ_CST = 5
LOOK_SECONDS = 0.1

_libc = ctypes.CDLL(None, use_errno=True)
try:
    _atomic = ctypes.CDLL("libatomic.so.1")
except OSError:
    _atomic = None


class _Word:
    """A 32- or 64-bit word of shared memory, accessed by C11 atomics."""

    def __init__(self, base, offset, size=4):
        self.address = ctypes.c_void_p(base + offset)
        self.type = ctypes.c_uint32 if size == 4 else ctypes.c_uint64
        self._load = getattr(_atomic, "__atomic_load_%d" % size)
        self._load.restype = self.type
        self._store = getattr(_atomic, "__atomic_store_%d" % size)
        self._swap = getattr(_atomic, "__atomic_compare_exchange_%d" % size)
        self._swap.restype = ctypes.c_bool

    def load(self):
        return self._load(self.address, SEQ_CST)

    def store(self, value):
        self._store(self.address, self.type(value), SEQ_CST)

    def compare_and_set(self, expected, value):
        return self._swap(
            self.address, ctypes.byref(self.type(expected)), self.type(value), SEQ_CST, SEQ_CST
        )

    def update(self, change):
        while True:
            value = self.load()
            if self.compare_and_set(value, change(value)):
                return value

    def sleep(self, expected, seconds):
        """Sleeps while the word holds the value; false if it held another, and no wake-up was taken."""
        timeout = struct.pack("qq", int(seconds), int(seconds % 1 * 1e9))
        ctypes.set_errno(0)
        _libc.syscall(SYS_FUTEX, self.address, FUTEX_WAIT, ctypes.c_uint32(expected), timeout, None, 0)
        return ctypes.get_errno() != errno.EAGAIN

    def wake(self, parties):
        return _libc.syscall(SYS_FUTEX, self.address, FUTEX_WAKE, parties, None, None, 0)


class _EventCount:
    """FORMAT.md, "Event count"."""

    SLEEPERS, WOKEN, ONE_EVENT = 1, 2, 4

    def __init__(self, word):
        self.word = word

    def announce(self, clear=0):
        while True:
            state = self.word.load()
            after = state & ~clear | self.SLEEPERS
            if state == after or self.word.compare_and_set(state, after):
                return after

    def signal(self):
        state = self.word.load()
        while state & (self.SLEEPERS | self.WOKEN) == self.SLEEPERS:
            mine = (state & ~self.SLEEPERS | self.WOKEN) + self.ONE_EVENT & 0xFFFFFFFF
            if self.word.compare_and_set(state, mine):
                return self._wake_one(mine)
            state = self.word.load()

    def signal_all(self):
        state = self.word.load()
        while state & (self.SLEEPERS | self.WOKEN):
            after = (state & ~(self.SLEEPERS | self.WOKEN)) + self.ONE_EVENT & 0xFFFFFFFF
            if self.word.compare_and_set(state, after):
                self.word.wake(2**31 - 1)
                return
            state = self.word.load()

    def _wake_one(self, mine):
        while self.word.wake(1) == 0:
            state = self.word.load()
            if not state & self.WOKEN or (state ^ mine) >> 2:
                return
            if not state & self.SLEEPERS:
                if self.word.compare_and_set(state, state & ~self.WOKEN):
                    return
            else:
                after = (state & ~self.SLEEPERS) + self.ONE_EVENT & 0xFFFFFFFF
                if self.word.compare_and_set(state, after):
                    mine = after


class Entry:
    """An object's entry in the directory."""

    def __init__(self, index, bytes_):
        self.index = index
        (self.state, self.shape, self.offset, self.length, count) = struct.unpack_from("=IIQQI", bytes_)
        self.parameters = struct.unpack_from("=4I", bytes_, 28)[: min(count, 4)]
        (self.deaths,) = struct.unpack_from("=I", bytes_, 44)
        self.kind = bytes_[64:160].rstrip(b"\0").decode("utf-8", "replace")
        self.name = bytes_[160:256].rstrip(b"\0").decode("utf-8", "replace")


class Segment:
    """An opening of a segment that exists: one party for each thread that uses it."""

    def __init__(self, name):
        if _atomic is None or SYS_FUTEX is None:
            raise OSError(errno.ENOSYS, "needs libatomic.so.1, on x86-64 or aarch64")
        self.fd = os.open("/dev/shm" + name, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            (size,) = struct.unpack("=Q", os.pread(self.fd, 8, 16).ljust(8, b"\0"))
            if not OBJECTS < size <= os.fstat(self.fd).st_size:  # the object may be larger
                raise ValueError("%s: not a segment, or not all of it" % name)
            self.memory = mmap.mmap(self.fd, size)
            self._anchor = ctypes.c_char.from_buffer(self.memory)
            self.base = ctypes.addressof(self._anchor)
            found = struct.unpack_from("=QIIQII", self.memory)
            if found != (MAGIC, VERSION, BYTE_ORDER, size, SLOTS, ENTRIES):
                raise ValueError("%s: not a segment of version %d: %s" % (name, VERSION, found))
            self._lock(F_OFD_SETLKW, fcntl.F_WRLCK, 0)
            try:
                self.slot, self.first = self._occupy()
            finally:
                self._lock(F_OFD_SETLK, fcntl.F_UNLCK, 0)
        except BaseException:
            os.close(self.fd)
            raise
        self._numbers = itertools.count(1)
        self._thread = threading.local()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        """Leaves the segment. Its memory stays mapped until nothing refers to it; the slot is given up now."""
        self._lock(F_OFD_SETLK, fcntl.F_UNLCK, self.slot)
        os.close(self.fd)

    def entries(self):
        """The objects, as they are at this moment."""
        found = []
        for index in range(ENTRIES):
            at = DIRECTORY + index * ENTRY_LENGTH
            if self.word(at).load() == READY:
                found.append(Entry(index, self.memory[at : at + ENTRY_LENGTH]))
        return found

    def mailbox(self, name):
        """The ring or mailbox of that name, to receive from."""
        self._lock(F_OFD_SETLKW, fcntl.F_WRLCK, 0)
        try:
            for entry in self.entries():
                if entry.name == name:
                    if entry.kind not in ("MessageRing", "RingMailbox"):
                        raise ValueError("%s is a %s" % (name, entry.kind))
                    at = DIRECTORY + entry.index * ENTRY_LENGTH + 256 + self.slot // 32 * 4
                    self.word(at).update(lambda users: users | 1 << self.slot % 32)
                    return Mailbox(self, entry)
        finally:
            self._lock(F_OFD_SETLK, fcntl.F_UNLCK, 0)
        raise KeyError(name)

    def word(self, offset, size=4):
        if offset < 0 or offset % size or offset + size > len(self.memory):
            raise ValueError("corrupted: a word at %d" % offset)
        return _Word(self.base, offset, size)

    def self_party(self):
        """The calling thread's party. Its number is known to the slot before any word bears it."""
        number = getattr(self._thread, "number", None)
        if number is None:
            number = self.first + next(self._numbers)
            if number > MAX_NUMBER:
                raise OSError(errno.EUSERS, "no number left for this thread: open the segment again")
            self._thread.number = number
            self._slot_word(self.slot, 8).update(lambda last: max(last, number))
        return self.slot << THREAD_BITS | number

    def is_alive(self, party):
        slot, number = (party & PARTY) >> THREAD_BITS, party & (1 << THREAD_BITS) - 1
        if slot == 0:
            return False
        locked = slot == self.slot
        if not locked:
            found = fcntl.fcntl(self.fd, F_OFD_GETLK, self._flock(fcntl.F_WRLCK, slot))
            locked = struct.unpack_from("h", found)[0] != fcntl.F_UNLCK
        return locked and number > self._slot_word(slot, 4).load()

    def _occupy(self):
        for slot in range(1, SLOTS):
            last = self._slot_word(slot, 8)
            if last.load() <= MAX_BASE and self._lock(F_OFD_SETLK, fcntl.F_WRLCK, slot):
                first = last.load()
                self._slot_word(slot, 4).store(first)
                self._slot_word(slot, 0).store(os.getpid())
                for index in range(ENTRIES):
                    users = self.word(DIRECTORY + index * ENTRY_LENGTH + 256 + slot // 32 * 4)
                    if users.load() & 1 << slot % 32:
                        users.update(lambda bits: bits & ~(1 << slot % 32))
                return slot, first
        raise OSError(errno.EUSERS, "no slot left")

    def _slot_word(self, slot, field):
        return self.word(SLOT_TABLE + slot * SLOT_LENGTH + field)

    @staticmethod
    def _flock(kind, byte):
        return struct.pack("hhqqi4x", kind, os.SEEK_SET, byte, 1, 0)

    def _lock(self, command, kind, byte):
        try:
            fcntl.fcntl(self.fd, command, self._flock(kind, byte))
            return True
        except OSError as e:
            if e.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            return False


class Closed(Exception):
    """The mailbox is closed, and nothing is left in it; or its object was removed."""


class Message:
    """A message that was received: read its payload in place, then close it."""

    def __init__(self, mailbox, position, redelivered):
        at = mailbox.slot_at(position)
        self.mailbox = mailbox
        self.position = position
        self.redelivered = redelivered
        length, self.sender = struct.unpack_from("=II", mailbox.segment.memory, at + 8)
        if length > mailbox.max_length:
            self.close()
            raise ValueError("corrupted: a message of %d bytes" % length)
        self.payload = memoryview(mailbox.segment.memory)[at + 16 : at + 16 + length].toreadonly()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        """Releases the slot. The payload must not be read afterwards."""
        self.mailbox.free(self.position)


class Mailbox:
    """The receiving end of a MessageRing or RingMailbox: FORMAT.md, "MessageRing". Serves one thread."""

    FREE, CLAIMED, PUBLISHED, READING, ABORTED = range(5)

    def __init__(self, segment, entry):
        if len(entry.parameters) != 2:
            raise ValueError("corrupted: %s has parameters %s" % (entry.name, entry.parameters))
        self.segment = segment
        self.capacity, self.max_length = entry.parameters
        self.stride = (16 + self.max_length + 63) // 64 * 64
        end = entry.offset + 192 + (self.capacity - 1) * self.stride + 16 + self.max_length
        if (
            self.capacity == 0
            or self.capacity & (self.capacity - 1)
            or entry.offset < OBJECTS
            or end > min(entry.offset + entry.length, len(segment.memory))
        ):
            raise ValueError("corrupted: %s does not fit its place" % entry.name)
        self.entry_state = segment.word(DIRECTORY + entry.index * ENTRY_LENGTH)
        self.offset = entry.offset
        self.closed = segment.word(entry.offset)
        self.not_empty = _EventCount(segment.word(entry.offset + 4))
        self.not_full = _EventCount(segment.word(entry.offset + 8))
        self.recovered = segment.word(entry.offset + 12)
        self.head = segment.word(entry.offset + 128)
        self.has_looked = False

    def receive(self, timeout=None):
        """The next message, or None if the time is over."""
        deadline = None if timeout is None else time.monotonic() + timeout
        next_look = time.monotonic() + 0.8 * LOOK_SECONDS
        key = self.not_empty.announce()
        while True:
            message = self.try_receive()
            if message is not None:
                self.not_empty.signal()  # for one who relied on this party's being on its way
                return message
            now = time.monotonic()
            if now >= next_look or deadline is not None and now >= deadline:
                next_look = now + 0.8 * LOOK_SECONDS
                message = self._look()
                if message is not None or deadline is not None and now >= deadline:
                    return message
            rest = LOOK_SECONDS if deadline is None else max(0, min(LOOK_SECONDS, deadline - now))
            woken = self.not_empty.word.sleep(key, rest)
            key = self.not_empty.announce(_EventCount.WOKEN if woken else 0)

    def try_receive(self):
        """The next message, or None if there is none. Raises Closed."""
        if self.entry_state.load() != READY:
            raise Closed("removed")
        message = None
        if not self.has_looked:
            message = self._take_over()
            self.has_looked = message is None
        message = message or self._next()
        if message is None and self.closed.load():
            message = self._next()
            if message is None and self._is_drained():
                message = self._take_over()
                if message is None:
                    self.not_empty.signal_all()
                    raise Closed("closed")
        return message

    def free(self, position):
        self._state(position).store(self._make(position + self.capacity, self.FREE, 0))
        self.not_full.signal()

    def slot_at(self, position):
        return self.offset + 192 + (position & self.capacity - 1) * self.stride

    def _state(self, position):
        return self.segment.word(self.slot_at(position), 8)

    @staticmethod
    def _make(position, phase, party):
        return (position & 0xFFFFFFFF) << 32 | phase << 29 | party

    @staticmethod
    def _split(state):
        return state >> 32, state >> 29 & 7, state & PARTY

    def _distance(self, at, position):
        return (at - position + 2**31) % 2**32 - 2**31

    def _checked(self, state, position):
        """The parts of a state that was found where that position was looked for."""
        at, phase, party = self._split(state)
        owned = phase == self.FREE and party != 0  # nobody could ever claim it
        if (at ^ position) & self.capacity - 1 or phase > self.ABORTED or owned:
            raise ValueError("corrupted: slot %d has state %x" % (position & self.capacity - 1, state))
        return at, phase, party

    def _is_behind(self, at, position):
        return at == (position - self.capacity) & 0xFFFFFFFF

    def _is_unread(self, at, phase, position):
        """Whether no receiver has come to that position yet, as far as its slot tells."""
        if at == position:
            return phase != self.READING
        return phase == self.READING and self._is_behind(at, position)

    def _first_unread(self):
        position = self.head.load()
        for _ in range(2 * self.capacity + (1 << 17)):
            state = self._state(position).load()
            at, phase, _party = self._checked(state, position)
            if self._is_unread(at, phase, position):
                return position
            if at == position:  # it is being read
                position = position + 1 & 0xFFFFFFFF
            elif self._is_behind(at, position) and phase != self.FREE:
                position = at  # passed over: the hint was beyond it
            else:
                position = at - (self.capacity - 1) & 0xFFFFFFFF  # at - capacity has been read: the hint was stale
        raise ValueError("corrupted: the slots contradict each other")

    def _next(self):
        while True:
            position = self._first_unread()
            word = self._state(position)
            state = word.load()
            at, phase, _party = self._split(state)
            if at == position and phase == self.PUBLISHED:
                if word.compare_and_set(state, self._make(position, self.READING, self.segment.self_party())):
                    self.head.store(position + 1 & 0xFFFFFFFF)
                    return Message(self, position, False)
            elif at == position and phase == self.ABORTED:
                self._skip(self.ABORTED)
            elif self._is_unread(at, phase, position):
                return None

    def _skip(self, phase):
        position = self._first_unread()
        word = self._state(position)
        state = word.load()
        at, found, party = self._split(state)
        if at != position or found != phase or phase == self.CLAIMED and self.segment.is_alive(party):
            return False
        if not word.compare_and_set(state, self._make(position + self.capacity, self.FREE, 0)):
            return False
        self.head.store(position + 1 & 0xFFFFFFFF)
        self.not_full.signal()
        if phase == self.CLAIMED:
            self.recovered.update(lambda count: count + 1 & 0xFFFFFFFF)
            self.not_empty.signal()
        return True

    def _look(self):
        message = self._take_over()
        while message is None and self._skip(self.CLAIMED):
            message = self._next()
        return message

    def _take_over(self):
        mine = self.segment.self_party()
        first = self.head.load()
        for i in range(first, first + self.capacity):
            word = self._state(i)
            state = word.load()
            at, phase, party = self._split(state)
            if phase == self.READING and party != mine and not self.segment.is_alive(party):
                self._checked(state, i)
                if word.compare_and_set(state, self._make(at, self.READING, mine)):
                    self.recovered.update(lambda count: count + 1 & 0xFFFFFFFF)
                    return Message(self, at, True)
        return None

    def _is_drained(self):
        position = self._first_unread()
        at, phase, _party = self._split(self._state(position).load())
        return self._distance(at, position) < 0 or at == position and phase == self.FREE


def main(arguments):
    if len(arguments) not in (1, 4) or len(arguments) == 4 and arguments[1] != "receive":
        sys.exit(__doc__)
    with Segment(arguments[0]) as segment:
        if len(arguments) == 1:
            for entry in segment.entries():
                print(entry.name, entry.kind, *entry.parameters)
            return
        mailbox = segment.mailbox(arguments[2])
        for _ in range(int(arguments[3])):
            with mailbox.receive() as message:
                print(bytes(message.payload).decode(), "(again)" if message.redelivered else "", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
