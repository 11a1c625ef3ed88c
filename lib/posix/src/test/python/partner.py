"""The other side of the tests in Python, with nothing but its standard library. One command a run:

sem-add SEMAPHORE MEMORY COUNT   adds 1 to the long at the start of the memory, COUNT times, under the semaphore
sem-pong PING PONG COUNT         takes from one semaphore and gives to the other
sem-make SEMAPHORE VALUE         makes a semaphore and leaves it
shm-write MEMORY TEXT            makes a shared memory object with a text in it
shm-read MEMORY LENGTH           prints the text
shm-produce ITEMS SPACES MEMORY COUNT   writes 1 to COUNT, one record at a time, between two semaphores
shm-consume ITEMS SPACES MEMORY COUNT   reads as many records, checks each and prints the sum of the numbers
"""

import struct
import sys
from _multiprocessing import SemLock
from multiprocessing import resource_tracker, shared_memory

SEMAPHORE = 1
MAX = 2**31 - 1


def semaphore(name):
    return SemLock._rebuild(0, SEMAPHORE, MAX, name)


def memory(name, **options):
    opened = shared_memory.SharedMemory(name=name.lstrip("/"), **options)
    # Python's tracker would unlink the object at exit, also for a process that merely attached.
    resource_tracker.unregister(opened._name, "shared_memory")
    return opened


def sem_add(name, memory_name, count):
    lock = semaphore(name)
    shared = memory(memory_name)
    for _ in range(int(count)):
        lock.acquire()
        (value,) = struct.unpack_from("q", shared.buf, 0)
        struct.pack_into("q", shared.buf, 0, value + 1)
        lock.release()
    shared.close()


def sem_pong(ping, pong, count):
    source, target = semaphore(ping), semaphore(pong)
    for _ in range(int(count)):
        source.acquire()
        target.release()


def sem_make(name, value):
    SemLock(SEMAPHORE, int(value), MAX, name, False)


def shm_write(name, text):
    shared = memory(name, create=True, size=4096)
    shared.buf[: len(text)] = text.encode()
    shared.close()


def shm_read(name, length):
    shared = memory(name)
    print(bytes(shared.buf[: int(length)]).decode())
    shared.close()


# A record: its number, and the same as text padded with spaces.
RECORD = struct.Struct("q24s")


def shm_produce(items_name, spaces_name, name, count):
    items, spaces, shared = semaphore(items_name), semaphore(spaces_name), memory(name)
    for number in range(1, int(count) + 1):
        spaces.acquire()
        RECORD.pack_into(shared.buf, 0, number, b"%-24d" % number)
        items.release()
    shared.close()


def shm_consume(items_name, spaces_name, name, count):
    items, spaces, shared = semaphore(items_name), semaphore(spaces_name), memory(name)
    total = 0
    for _ in range(int(count)):
        items.acquire()
        number, text = RECORD.unpack_from(shared.buf, 0)
        assert int(text) == number, (number, text)
        total += number
        spaces.release()
    shared.close()
    print(total)


COMMANDS = {
    "sem-add": sem_add,
    "sem-pong": sem_pong,
    "sem-make": sem_make,
    "shm-write": shm_write,
    "shm-read": shm_read,
    "shm-produce": shm_produce,
    "shm-consume": shm_consume,
}
COMMANDS[sys.argv[1]](*sys.argv[2:])
