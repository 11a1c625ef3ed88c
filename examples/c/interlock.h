/*
 * Interlock segments for C: the same mutexes, semaphores and rings as JVMs use, in the same shared memory.
 *
 * One header, C11, Linux, 64-bit; link with -pthread (and -lrt before glibc 2.34). lib/shared/FORMAT.md says what lies where.
 * This attaches to segments and objects that a JVM has made; it makes none.
 *
 *     interlock_segment segment;
 *     interlock_object accounts;
 *     if (interlock_attach(&segment, "/orders") == 0 && interlock_find(&segment, "accounts", "Mutex", &accounts) == 0) {
 *         int result = interlock_lock(&accounts);
 *         if (result == EOWNERDEAD) {
 *             repair();
 *             result = interlock_consistent(&accounts);
 *         }
 *         if (result == 0) {
 *             change();
 *             interlock_unlock(&accounts);
 *         }
 *         interlock_detach(&segment);
 *     }
 *
 * Every function that can fail returns 0 or an errno number: EIDRM when the object was removed, ETIMEDOUT, EPIPE for a closed
 * ring, EILSEQ for what contradicts the format, EUSERS when no slot is left for the opening, or no number for the thread: there
 * are 2^18 at least, each used once. Timeouts are nanoseconds; INTERLOCK_FOREVER waits as long as it takes.
 * Waiters look ten times a second whether those live for whom they wait. A forked child must not use its parent's segments:
 * it must attach for itself, and keeps its parent looking alive until it execs or detaches.
 */
#ifndef INTERLOCK_H
#define INTERLOCK_H

#ifndef _GNU_SOURCE
#error "define _GNU_SOURCE before any #include: open file description locks need it"
#endif

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define INTERLOCK_FOREVER INT64_MAX

/* FORMAT.md, "Segment". */
enum {
    IL_VERSION = 1,
    IL_BYTE_ORDER = 0x01020304,
    IL_SLOTS = 1024,
    IL_SLOT_TABLE = 64,
    IL_SLOT_LENGTH = 16,
    IL_SLOT_PID = 0,
    IL_SLOT_BASE = 4,
    IL_SLOT_LAST = 8,
    IL_ENTRIES = 1024,
    IL_DIRECTORY = 16448,
    IL_ENTRY_LENGTH = 384,
    IL_ENTRY_STATE = 0,
    IL_ENTRY_OFFSET = 8,
    IL_ENTRY_SIZE = 16,
    IL_ENTRY_PARAMETER_COUNT = 24,
    IL_ENTRY_PARAMETERS = 28,
    IL_ENTRY_DEATHS = 44,
    IL_ENTRY_LAST_DEAD = 48,
    IL_ENTRY_KIND = 64,
    IL_ENTRY_NAME = 160,
    IL_ENTRY_USERS = 256,
    IL_STRING_LENGTH = 96,
    IL_READY = 1,
    IL_OBJECTS = 409664,
    IL_THREAD_BITS = 19,
    IL_MAX_NUMBER = (1 << 19) - 1,
    IL_MAX_BASE = 1 << 18
};

#define IL_MAGIC UINT64_C(0x4b434c5245544e49)
#define IL_PARTY ((UINT32_C(1) << 29) - 1)
#define IL_LOOK_NANOS INT64_C(100000000)

/* How often a waiter tries again before it sleeps. */
#ifndef IL_SPINS
#define IL_SPINS 100
#endif

typedef _Atomic uint32_t il_word;
typedef _Atomic uint64_t il_long;

typedef struct {
    int fd;
    unsigned char *bytes;
    uint64_t size;
    uint32_t slot;
    uint32_t base;
} interlock_segment;

typedef struct {
    interlock_segment *segment;
    unsigned char *bytes;
    uint64_t length;
    unsigned char *entry;
    uint32_t parameters[4];
} interlock_object;

/* ---- words, sleeping, time ---- */

static inline il_word *il_word_at(unsigned char *bytes, uint64_t offset) {
    return (il_word *)(void *)(bytes + offset);
}

static inline il_long *il_long_at(unsigned char *bytes, uint64_t offset) {
    return (il_long *)(void *)(bytes + offset);
}

static inline int64_t il_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static inline int64_t il_deadline(int64_t timeout) {
    int64_t now = il_now();
    return timeout > INTERLOCK_FOREVER - now ? INTERLOCK_FOREVER : now + (timeout < 0 ? 0 : timeout);
}

/*
 * Sleeps while the word holds the value, until the deadline, and never longer than until it is time to look. False: it held
 * another, and no wake-up was taken.
 */
static inline bool il_sleep(il_word *word, uint32_t value, int64_t deadline) {
    int64_t nanos = deadline - il_now();
    nanos = nanos > IL_LOOK_NANOS ? IL_LOOK_NANOS : nanos < 0 ? 0 : nanos;
    struct timespec timeout = {.tv_sec = 0, .tv_nsec = nanos};
    return syscall(SYS_futex, word, FUTEX_WAIT, value, &timeout, NULL, 0) == 0 || errno != EAGAIN;
}

static inline long il_wake(il_word *word, int parties) {
    return syscall(SYS_futex, word, FUTEX_WAKE, parties, NULL, NULL, 0);
}

/* ---- who lives ---- */

static inline int il_byte_lock(int fd, int command, short type, uint32_t byte, short *found) {
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1, .l_pid = 0};
    int result;
    do {
        result = fcntl(fd, command, &lock);
    } while (result == -1 && errno == EINTR);
    if (found) {
        *found = lock.l_type;
    }
    return result == -1 ? errno : 0;
}

static inline il_word *il_slot_word(interlock_segment *segment, uint32_t slot, int field) {
    return il_word_at(segment->bytes, IL_SLOT_TABLE + (uint64_t)slot * IL_SLOT_LENGTH + (unsigned)field);
}

/* The numbers of the process's threads. Weak: one definition for all that include this. */
__attribute__((weak)) il_word il_numbers;
__attribute__((weak)) _Thread_local uint32_t il_number;

/* The calling thread's party, or 0: no number is left. The number is known to the slot before any word bears it. */
static inline uint32_t il_self(interlock_segment *segment) {
    if (il_number == 0) {
        uint32_t number = atomic_fetch_add(&il_numbers, 1) + 1;
        if (number > IL_MAX_NUMBER) {
            atomic_store(&il_numbers, IL_MAX_NUMBER); /* so it never comes round */
            return 0;
        }
        il_number = number;
    }
    uint32_t mine = segment->base + il_number;
    if (mine > IL_MAX_NUMBER) {
        return 0;
    }
    il_word *last = il_slot_word(segment, segment->slot, IL_SLOT_LAST);
    uint32_t seen = atomic_load(last);
    while (seen < mine && !atomic_compare_exchange_weak(last, &seen, mine)) {
    }
    return segment->slot << IL_THREAD_BITS | mine;
}

/* Looks at the lock before the base: the living never look dead. */
static inline bool il_is_alive(interlock_object *object, uint32_t party) {
    interlock_segment *segment = object->segment;
    uint32_t slot = (party & IL_PARTY) >> IL_THREAD_BITS;
    uint32_t number = party & ((1U << IL_THREAD_BITS) - 1);
    bool locked = slot == segment->slot;
    if (!locked && slot != 0) {
        short type = F_UNLCK;
        locked = il_byte_lock(segment->fd, F_OFD_GETLK, F_WRLCK, slot, &type) != 0 || type != F_UNLCK;
    }
    if (locked && number > atomic_load(il_slot_word(segment, slot, IL_SLOT_BASE))) {
        return true;
    }
    il_word *last = il_word_at(object->entry, IL_ENTRY_LAST_DEAD);
    uint32_t seen = atomic_load(last);
    if (seen != party && atomic_compare_exchange_strong(last, &seen, party)) {
        atomic_fetch_add(il_word_at(object->entry, IL_ENTRY_DEATHS), 1);
    }
    return false;
}

/* ---- segments and objects ---- */

static inline void interlock_detach(interlock_segment *segment) {
    munmap(segment->bytes, segment->size);
    close(segment->fd); /* and with it the lock on the slot */
}

static inline int il_check(interlock_segment *segment) {
    unsigned char *bytes = segment->bytes;
    uint32_t version, order, slots, entries;
    uint64_t size;
    memcpy(&version, bytes + 8, 4);
    memcpy(&order, bytes + 12, 4);
    memcpy(&size, bytes + 16, 8);
    memcpy(&slots, bytes + 24, 4);
    memcpy(&entries, bytes + 28, 4);
    bool ours = atomic_load(il_long_at(bytes, 0)) == IL_MAGIC && version == IL_VERSION && order == IL_BYTE_ORDER
            && size == segment->size && slots == IL_SLOTS && entries == IL_ENTRIES;
    return ours ? 0 : EILSEQ;
}

static inline unsigned char *il_entry(interlock_segment *segment, int index) {
    return segment->bytes + IL_DIRECTORY + (uint64_t)index * IL_ENTRY_LENGTH;
}

/* Takes a slot that nobody holds; under the lock of the directory. */
static inline int il_occupy(interlock_segment *segment) {
    for (uint32_t slot = 1; slot < IL_SLOTS; slot++) {
        uint32_t last = atomic_load(il_slot_word(segment, slot, IL_SLOT_LAST));
        if (last <= IL_MAX_BASE && il_byte_lock(segment->fd, F_OFD_SETLK, F_WRLCK, slot, NULL) == 0) {
            segment->slot = slot;
            segment->base = atomic_load(il_slot_word(segment, slot, IL_SLOT_LAST));
            atomic_store(il_slot_word(segment, slot, IL_SLOT_BASE), segment->base);
            atomic_store(il_slot_word(segment, slot, IL_SLOT_PID), (uint32_t)getpid());
            for (int i = 0; i < IL_ENTRIES; i++) {
                il_word *users = il_word_at(il_entry(segment, i), IL_ENTRY_USERS + slot / 32 * 4);
                if (atomic_load_explicit(users, memory_order_relaxed) & 1U << slot % 32) {
                    atomic_fetch_and(users, ~(1U << slot % 32));
                }
            }
            return 0;
        }
    }
    return EUSERS;
}

/* Opens a segment that exists. */
static inline int interlock_attach(interlock_segment *segment, const char *name) {
    segment->fd = shm_open(name, O_RDWR | O_CLOEXEC, 0);
    if (segment->fd == -1) {
        return errno;
    }
    struct stat found;
    int result = fstat(segment->fd, &found) == -1 ? errno : 0;
    bool whole = result == 0 && pread(segment->fd, &segment->size, 8, 16) == 8 && segment->size > IL_OBJECTS
            && segment->size <= (uint64_t)found.st_size; /* it may be larger, not smaller */
    if (result == 0 && !whole) {
        result = EILSEQ;
    }
    if (result == 0) {
        void *mapped = mmap(NULL, segment->size, PROT_READ | PROT_WRITE, MAP_SHARED, segment->fd, 0);
        result = mapped == MAP_FAILED ? errno : 0;
        segment->bytes = mapped;
    }
    if (result != 0) {
        close(segment->fd);
        return result;
    }
    result = il_byte_lock(segment->fd, F_OFD_SETLKW, F_WRLCK, 0, NULL);
    if (result == 0) {
        result = il_check(segment);
        if (result == 0) {
            result = il_occupy(segment);
        }
        il_byte_lock(segment->fd, F_OFD_SETLK, F_UNLCK, 0, NULL);
    }
    if (result != 0) {
        interlock_detach(segment);
    }
    return result;
}

/* Finds an object of a kind, such as "Mutex"; NULL is any. ENOENT: none of that name. EINVAL: it is of another kind. */
static inline int interlock_find(
        interlock_segment *segment, const char *name, const char *kind, interlock_object *object) {
    char wanted[IL_STRING_LENGTH] = {0}, wanted_kind[IL_STRING_LENGTH] = {0};
    if (strlen(name) > IL_STRING_LENGTH || (kind && strlen(kind) > IL_STRING_LENGTH)) {
        return EINVAL;
    }
    memcpy(wanted, name, strlen(name));
    if (kind) {
        memcpy(wanted_kind, kind, strlen(kind));
    }
    int result = il_byte_lock(segment->fd, F_OFD_SETLKW, F_WRLCK, 0, NULL);
    if (result != 0) {
        return result;
    }
    result = ENOENT;
    for (int i = 0; i < IL_ENTRIES && result == ENOENT; i++) {
        unsigned char *entry = il_entry(segment, i);
        if (atomic_load(il_word_at(entry, IL_ENTRY_STATE)) == IL_READY
                && memcmp(entry + IL_ENTRY_NAME, wanted, IL_STRING_LENGTH) == 0) {
            uint64_t offset;
            memcpy(&offset, entry + IL_ENTRY_OFFSET, 8);
            memcpy(&object->length, entry + IL_ENTRY_SIZE, 8);
            memcpy(object->parameters, entry + IL_ENTRY_PARAMETERS, sizeof object->parameters);
            if (offset < IL_OBJECTS || offset % 64 != 0 || offset > segment->size
                    || object->length > segment->size - offset) {
                result = EILSEQ;
            } else if (kind && memcmp(entry + IL_ENTRY_KIND, wanted_kind, IL_STRING_LENGTH) != 0) {
                result = EINVAL;
            } else {
                object->segment = segment;
                object->entry = entry;
                object->bytes = segment->bytes + offset;
                atomic_fetch_or(
                        il_word_at(entry, IL_ENTRY_USERS + segment->slot / 32 * 4), 1U << segment->slot % 32);
                result = 0;
            }
        }
    }
    il_byte_lock(segment->fd, F_OFD_SETLK, F_UNLCK, 0, NULL);
    return result;
}

/* While this segment is attached, a removed object's entry is not used for another. */
static inline bool il_is_removed(interlock_object *object) {
    return atomic_load_explicit(il_word_at(object->entry, IL_ENTRY_STATE), memory_order_acquire) != IL_READY;
}

/* ---- Mutex: FORMAT.md, "Mutex" ---- */

#define IL_WOKEN (UINT32_C(1) << 29)
#define IL_DIED (UINT32_C(1) << 30)
#define IL_WAITERS (UINT32_C(1) << 31)

/*
 * Locks. EOWNERDEAD: the caller holds the lock, but an owner died inside, and nobody has repaired what it protects: repair it
 * and call interlock_consistent, or unlock and leave that to others. EDEADLK: the caller holds it already.
 */
static inline int interlock_lock_within(interlock_object *mutex, int64_t timeout) {
    il_word *word = il_word_at(mutex->bytes, 0);
    uint32_t self = il_self(mutex->segment);
    int64_t deadline = il_deadline(timeout);
    bool slept = false, woken = false;
    if (self == 0) {
        return EUSERS;
    }
    for (int spins = 0;;) {
        uint32_t state = atomic_load(word);
        uint32_t owner = state & IL_PARTY;
        uint32_t ours = woken ? (state & ~IL_WOKEN) | IL_WAITERS : state;
        if (il_is_removed(mutex)) {
            return EIDRM;
        }
        if (owner == self) {
            return EDEADLK;
        }
        if (owner == 0) {
            if (atomic_compare_exchange_strong(word, &state, ours | self)) {
                return state & IL_DIED ? EOWNERDEAD : 0;
            }
        } else if (spins < 4) {
            spins++;
        } else if (slept && !il_is_alive(mutex, owner)) {
            if (atomic_compare_exchange_strong(word, &state, (ours & ~IL_PARTY) | IL_DIED | self)) {
                return EOWNERDEAD;
            }
        } else if (slept && il_now() >= deadline) {
            return ETIMEDOUT;
        } else if (state == (ours | IL_WAITERS) || atomic_compare_exchange_strong(word, &state, ours | IL_WAITERS)) {
            woken = il_sleep(word, ours | IL_WAITERS, deadline);
            slept |= woken;
            spins = 0;
        }
    }
}

static inline int interlock_lock(interlock_object *mutex) {
    return interlock_lock_within(mutex, INTERLOCK_FOREVER);
}

/* Says that the caller, who holds the lock after EOWNERDEAD, has repaired what it protects. */
static inline int interlock_consistent(interlock_object *mutex) {
    il_word *word = il_word_at(mutex->bytes, 0);
    uint32_t self = il_self(mutex->segment);
    uint32_t state = atomic_load(word);
    if (self == 0 || (state & IL_PARTY) != self || !(state & IL_DIED)) {
        return EINVAL;
    }
    atomic_fetch_and(word, ~IL_DIED);
    return 0;
}

/* EPERM: the caller does not hold it. */
static inline int interlock_unlock(interlock_object *mutex) {
    il_word *word = il_word_at(mutex->bytes, 0);
    uint32_t self = il_self(mutex->segment);
    uint32_t state = atomic_load(word);
    bool wake;
    do {
        if (self == 0 || (state & IL_PARTY) != self) {
            return EPERM;
        }
        wake = (state & (IL_WAITERS | IL_WOKEN)) == IL_WAITERS;
    } while (!atomic_compare_exchange_weak(word, &state, wake ? (state & IL_DIED) | IL_WOKEN : state & ~IL_PARTY));
    while (wake && il_wake(word, 1) == 0) {
        state = atomic_load(word);
        if (!(state & IL_WOKEN)) {
            break;
        }
        bool again = (state & (IL_WAITERS | IL_PARTY)) == IL_WAITERS;
        if (atomic_compare_exchange_strong(word, &state, state & (again ? ~IL_WAITERS : ~IL_WOKEN))) {
            wake = again;
        }
    }
    return 0;
}

/* ---- event counts: FORMAT.md, "Event count" ---- */

enum { IL_SLEEPERS = 1, IL_ON_ITS_WAY = 2, IL_ONE_EVENT = 4 };

static inline uint32_t il_announce(il_word *event, uint32_t clear) {
    uint32_t state = atomic_load(event);
    while (!atomic_compare_exchange_weak(event, &state, (state & ~clear) | IL_SLEEPERS)) {
    }
    return (state & ~clear) | IL_SLEEPERS;
}

static inline void il_signal(il_word *event) {
    uint32_t state = atomic_load(event);
    while ((state & (IL_SLEEPERS | IL_ON_ITS_WAY)) == IL_SLEEPERS) {
        uint32_t mine = ((state & ~(uint32_t)IL_SLEEPERS) | IL_ON_ITS_WAY) + IL_ONE_EVENT;
        if (!atomic_compare_exchange_weak(event, &state, mine)) {
            continue;
        }
        while (il_wake(event, 1) == 0) {
            state = atomic_load(event);
            if (!(state & IL_ON_ITS_WAY) || (state ^ mine) >> 2 != 0) {
                return;
            }
            bool nobody = !(state & IL_SLEEPERS);
            uint32_t next =
                    nobody ? state & ~(uint32_t)IL_ON_ITS_WAY : (state & ~(uint32_t)IL_SLEEPERS) + IL_ONE_EVENT;
            if (atomic_compare_exchange_strong(event, &state, next)) {
                if (nobody) {
                    return;
                }
                mine = next;
            }
        }
        return;
    }
}

static inline void il_signal_all(il_word *event) {
    uint32_t state = atomic_load(event);
    while (state & (IL_SLEEPERS | IL_ON_ITS_WAY)) {
        uint32_t next = (state & ~(uint32_t)(IL_SLEEPERS | IL_ON_ITS_WAY)) + IL_ONE_EVENT;
        if (atomic_compare_exchange_weak(event, &state, next)) {
            il_wake(event, INT_MAX);
            return;
        }
    }
}

/* Waits until an attempt returns something else than EAGAIN. Looks at times; what a look returns counts as an attempt. */
static inline int il_await(
        interlock_object *object,
        il_word *event,
        int (*attempt)(void *),
        int (*look)(void *),
        void (*pass_on)(void *),
        void *argument,
        int64_t timeout) {
    int result = attempt(argument);
    for (int spins = 0; result == EAGAIN && spins < IL_SPINS; spins++) {
        result = attempt(argument);
    }
    if (result != EAGAIN) {
        return result;
    }
    int64_t deadline = il_deadline(timeout);
    int64_t next_look = il_now() + IL_LOOK_NANOS * 8 / 10;
    uint32_t key = il_announce(event, 0);
    bool woken = false;
    while ((result = attempt(argument)) == EAGAIN) {
        if (il_is_removed(object)) {
            return EIDRM;
        }
        int64_t now = il_now();
        if (now >= deadline || now >= next_look) {
            result = look(argument);
            next_look = now + IL_LOOK_NANOS * 8 / 10;
            if (result != EAGAIN) {
                break;
            }
            if (now >= deadline) {
                result = attempt(argument);
                return result == EAGAIN ? ETIMEDOUT : result;
            }
        }
        woken = il_sleep(event, key, deadline);
        key = il_announce(event, woken ? IL_ON_ITS_WAY : 0);
    }
    if (woken) {
        pass_on(argument);
    }
    return result;
}

/* ---- CountingSemaphore: FORMAT.md, "CountingSemaphore" ---- */

static inline int interlock_try_acquire(interlock_object *semaphore) {
    il_word *permits = il_word_at(semaphore->bytes, 0);
    uint32_t available = atomic_load(permits);
    while ((int32_t)available > 0) {
        if (atomic_compare_exchange_weak(permits, &available, available - 1)) {
            return 0;
        }
    }
    return il_is_removed(semaphore) ? EIDRM : EAGAIN;
}

static inline void il_semaphore_wake(interlock_object *semaphore) {
    il_signal(il_word_at(semaphore->bytes, 8));
    if (atomic_load(il_word_at(semaphore->bytes, 4)) != 0) {
        il_signal_all(il_word_at(semaphore->bytes, 8));
    }
}

static inline int il_acquire_attempt(void *semaphore) {
    return interlock_try_acquire(semaphore);
}

static inline int il_acquire_look(void *semaphore) {
    (void)semaphore; /* permits have no owner: nobody's death matters */
    return EAGAIN;
}

static inline void il_acquire_pass_on(void *argument) {
    interlock_object *semaphore = argument;
    if (atomic_load(il_word_at(semaphore->bytes, 0)) != 0) {
        il_semaphore_wake(semaphore);
    }
}

/* Takes one permit. */
static inline int interlock_acquire_within(interlock_object *semaphore, int64_t timeout) {
    return il_await(
            semaphore,
            il_word_at(semaphore->bytes, 8),
            il_acquire_attempt,
            il_acquire_look,
            il_acquire_pass_on,
            semaphore,
            timeout);
}

static inline int interlock_acquire(interlock_object *semaphore) {
    return interlock_acquire_within(semaphore, INTERLOCK_FOREVER);
}

/* Adds one permit. EOVERFLOW: there are as many as fit. */
static inline int interlock_release(interlock_object *semaphore) {
    il_word *permits = il_word_at(semaphore->bytes, 0);
    uint32_t available = atomic_load(permits);
    if (il_is_removed(semaphore)) {
        return EIDRM;
    }
    do {
        if (available == INT32_MAX) {
            return EOVERFLOW;
        }
    } while (!atomic_compare_exchange_weak(permits, &available, available + 1));
    il_semaphore_wake(semaphore);
    return 0;
}

/* ---- MessageRing, RingMailbox: FORMAT.md, "MessageRing" ---- */

enum {
    IL_RING_CLOSED = 0,
    IL_RING_NOT_EMPTY = 4,
    IL_RING_NOT_FULL = 8,
    IL_RING_RECOVERED = 12,
    IL_RING_TAIL = 64,
    IL_RING_HEAD = 128,
    IL_RING_SLOTS = 192,
    IL_RING_PAYLOAD = 16
};

#define IL_SLOT_FREE UINT32_C(0)
#define IL_SLOT_CLAIMED (UINT32_C(1) << 29)
#define IL_SLOT_PUBLISHED (UINT32_C(2) << 29)
#define IL_SLOT_READING (UINT32_C(3) << 29)
#define IL_SLOT_ABORTED (UINT32_C(4) << 29)

typedef struct {
    interlock_object *object;
    uint32_t capacity;
    uint32_t max_length;
    uint64_t stride;
    bool has_looked;
} interlock_ring;

/* A slot that was claimed or is being read. Its bytes must not be touched after publish, abort or free. */
typedef struct {
    interlock_ring *ring;
    unsigned char *slot;
    uint32_t position;
    unsigned char *bytes;
    uint32_t length;
    uint32_t sender;
    bool redelivered;
} interlock_message;

/* Makes a ring of an object of kind "MessageRing" or "RingMailbox". The ring serves one thread. */
static inline int interlock_ring_of(interlock_object *object, interlock_ring *ring) {
    uint32_t capacity = object->parameters[0];
    uint32_t max_length = object->parameters[1];
    uint64_t stride = ((uint64_t)IL_RING_PAYLOAD + max_length + 63) / 64 * 64;
    bool possible = capacity != 0 && (capacity & (capacity - 1)) == 0
            && object->length >= IL_RING_SLOTS + (capacity - 1) * stride + IL_RING_PAYLOAD + max_length;
    *ring = (interlock_ring){object, capacity, max_length, stride, false};
    return possible ? 0 : EILSEQ;
}

static inline il_word *il_ring_word(interlock_ring *ring, int offset) {
    return il_word_at(ring->object->bytes, (unsigned)offset);
}

static inline unsigned char *il_slot(interlock_ring *ring, uint32_t position) {
    return ring->object->bytes + IL_RING_SLOTS + (position & (ring->capacity - 1)) * ring->stride;
}

static inline uint64_t il_state(uint32_t position, uint32_t phase, uint32_t party) {
    return (uint64_t)position << 32 | phase | party;
}

static inline uint32_t il_position(uint64_t state) {
    return (uint32_t)(state >> 32);
}

static inline uint32_t il_phase(uint64_t state) {
    return (uint32_t)state & ~IL_PARTY;
}

static inline uint32_t il_party(uint64_t state) {
    return (uint32_t)state & IL_PARTY;
}

/* Whether a slot where that position was looked for can have that state: 0 or EILSEQ. */
static inline int il_check_state(interlock_ring *ring, uint64_t state, uint32_t position) {
    bool elsewhere = ((il_position(state) ^ position) & (ring->capacity - 1)) != 0;
    bool owned = il_phase(state) == IL_SLOT_FREE && il_party(state) != 0; /* nobody could ever claim it */
    return elsewhere || owned || il_phase(state) > IL_SLOT_ABORTED ? EILSEQ : 0;
}

/* The position to claim next in *found, or EAGAIN if the ring is full. */
static inline int il_first_unclaimed(interlock_ring *ring, uint32_t *found) {
    uint32_t position = atomic_load(il_ring_word(ring, IL_RING_TAIL));
    for (uint64_t steps = 0; steps < 2 * (uint64_t)ring->capacity + (1 << 17); steps++) {
        uint64_t state = atomic_load(il_long_at(il_slot(ring, position), 0));
        uint32_t at = il_position(state);
        bool is_free = il_phase(state) == IL_SLOT_FREE;
        if (il_check_state(ring, state, position) != 0) {
            return EILSEQ;
        }
        if (at == position && is_free) {
            *found = position;
            return 0;
        }
        if (at == position - ring->capacity && !is_free) {
            return EAGAIN;
        }
        position = is_free ? at - (ring->capacity - 1) : at + 1;
    }
    return EILSEQ;
}

/* Whether no receiver has come to that position yet, as far as its slot tells. */
static inline bool il_is_unread(interlock_ring *ring, uint64_t state, uint32_t position) {
    bool is_reading = il_phase(state) == IL_SLOT_READING;
    return il_position(state) == position ? !is_reading
                                          : il_position(state) == position - ring->capacity && is_reading;
}

/* The position to read next in *found, whether or not it has been claimed. */
static inline int il_first_unread(interlock_ring *ring, uint32_t *found) {
    uint32_t position = atomic_load(il_ring_word(ring, IL_RING_HEAD));
    for (uint64_t steps = 0; steps < 2 * (uint64_t)ring->capacity + (1 << 17); steps++) {
        uint64_t state = atomic_load(il_long_at(il_slot(ring, position), 0));
        uint32_t at = il_position(state);
        if (il_check_state(ring, state, position) != 0) {
            return EILSEQ;
        }
        if (il_is_unread(ring, state, position)) {
            *found = position;
            return 0;
        }
        if (at == position) {
            position++; /* it is being read */
        } else if (at == position - ring->capacity && il_phase(state) != IL_SLOT_FREE) {
            position = at; /* passed over: the hint was beyond it */
        } else {
            position = at - (ring->capacity - 1); /* at - capacity has been read: the hint was stale */
        }
    }
    return EILSEQ;
}

/* Frees the slot at the head if it is in the phase: ABORTED, or CLAIMED by a sender that is dead. EAGAIN: it is not. */
static inline int il_skip(interlock_ring *ring, uint32_t phase) {
    uint32_t position;
    int result = il_first_unread(ring, &position);
    if (result != 0) {
        return result;
    }
    il_long *word = il_long_at(il_slot(ring, position), 0);
    uint64_t state = atomic_load(word);
    if (state != il_state(position, phase, il_party(state))
            || (phase == IL_SLOT_CLAIMED && il_is_alive(ring->object, il_party(state)))
            || !atomic_compare_exchange_strong(word, &state, il_state(position + ring->capacity, IL_SLOT_FREE, 0))) {
        return EAGAIN;
    }
    atomic_store(il_ring_word(ring, IL_RING_HEAD), position + 1);
    il_signal(il_ring_word(ring, IL_RING_NOT_FULL));
    if (phase == IL_SLOT_CLAIMED) {
        atomic_fetch_add(il_ring_word(ring, IL_RING_RECOVERED), 1);
        il_signal(il_ring_word(ring, IL_RING_NOT_EMPTY));
    }
    return 0;
}

static inline void interlock_abort(interlock_message *claim) {
    atomic_store(il_long_at(claim->slot, 0), il_state(claim->position, IL_SLOT_ABORTED, claim->sender));
    il_signal(il_ring_word(claim->ring, IL_RING_NOT_EMPTY));
    il_signal(il_ring_word(claim->ring, IL_RING_NOT_FULL)); /* a sender that finds the ring full can skip the slot */
}

static inline void interlock_publish(interlock_message *claim) {
    atomic_store(il_long_at(claim->slot, 0), il_state(claim->position, IL_SLOT_PUBLISHED, claim->sender));
    il_signal(il_ring_word(claim->ring, IL_RING_NOT_EMPTY));
}

/* Claims a slot for claim->length bytes. EAGAIN: full. */
static inline int il_try_claim(interlock_message *claim) {
    interlock_ring *ring = claim->ring;
    uint32_t position;
    if (il_is_removed(ring->object)) {
        return EIDRM;
    }
    if (atomic_load(il_ring_word(ring, IL_RING_CLOSED)) != 0) {
        return EPIPE;
    }
    for (;;) {
        int result = il_first_unclaimed(ring, &position);
        if (result == EAGAIN) {
            result = il_skip(ring, IL_SLOT_ABORTED);
            if (result == 0) {
                continue;
            }
        }
        if (result != 0) {
            return result;
        }
        uint32_t self = il_self(ring->object->segment);
        if (self == 0) {
            return EUSERS;
        }
        unsigned char *slot = il_slot(ring, position);
        uint64_t unclaimed = il_state(position, IL_SLOT_FREE, 0);
        if (atomic_compare_exchange_strong(
                    il_long_at(slot, 0), &unclaimed, il_state(position, IL_SLOT_CLAIMED, self))) {
            atomic_store(il_ring_word(ring, IL_RING_TAIL), position + 1);
            claim->slot = slot;
            claim->position = position;
            claim->bytes = slot + IL_RING_PAYLOAD;
            claim->sender = self;
            memcpy(slot + 8, &claim->length, 4);
            memcpy(slot + 12, &self, 4);
            if (atomic_load(il_ring_word(ring, IL_RING_CLOSED)) != 0) {
                interlock_abort(claim);
                return EPIPE;
            }
            return 0;
        }
    }
}

static inline int il_claim_attempt(void *claim) {
    return il_try_claim(claim);
}

static inline int il_claim_look(void *argument) {
    interlock_message *claim = argument;
    int result = il_skip(claim->ring, IL_SLOT_CLAIMED);
    return result == 0 ? EAGAIN : result;
}

static inline void il_claim_pass_on(void *argument) {
    interlock_message *claim = argument;
    uint32_t position;
    if (il_first_unclaimed(claim->ring, &position) == 0 || il_skip(claim->ring, IL_SLOT_ABORTED) == 0) {
        il_signal(il_ring_word(claim->ring, IL_RING_NOT_FULL));
    }
}

/* Claims a slot for a message: write claim->bytes, then publish or abort. EMSGSIZE: too long. */
static inline int interlock_claim_within(
        interlock_ring *ring, uint32_t length, interlock_message *claim, int64_t timeout) {
    if (length > ring->max_length) {
        return EMSGSIZE;
    }
    *claim = (interlock_message){.ring = ring, .length = length};
    il_word *event = il_ring_word(ring, IL_RING_NOT_FULL);
    return il_await(ring->object, event, il_claim_attempt, il_claim_look, il_claim_pass_on, claim, timeout);
}

static inline int interlock_claim(interlock_ring *ring, uint32_t length, interlock_message *claim) {
    return interlock_claim_within(ring, length, claim, INTERLOCK_FOREVER);
}

/* Releases a message that was read. */
static inline void interlock_free(interlock_message *message) {
    interlock_ring *ring = message->ring;
    atomic_store(il_long_at(message->slot, 0), il_state(message->position + ring->capacity, IL_SLOT_FREE, 0));
    il_signal(il_ring_word(ring, IL_RING_NOT_FULL));
}

static inline int il_taken(interlock_message *message, unsigned char *slot, uint32_t position, bool redelivered) {
    message->slot = slot;
    message->position = position;
    message->bytes = slot + IL_RING_PAYLOAD;
    message->redelivered = redelivered;
    memcpy(&message->length, slot + 8, 4);
    memcpy(&message->sender, slot + 12, 4);
    if (message->length > message->ring->max_length) {
        interlock_free(message);
        return EILSEQ;
    }
    return 0;
}

/* Takes what a dead receiver has not released. */
static inline int il_take_over(interlock_message *message) {
    interlock_ring *ring = message->ring;
    uint32_t self = il_self(ring->object->segment);
    if (self == 0) {
        return EUSERS;
    }
    uint32_t first = atomic_load(il_ring_word(ring, IL_RING_HEAD));
    for (uint32_t i = first; i != first + ring->capacity; i++) {
        unsigned char *slot = il_slot(ring, i);
        uint64_t state = atomic_load(il_long_at(slot, 0));
        uint32_t party = il_party(state);
        if (il_phase(state) == IL_SLOT_READING && party != self && !il_is_alive(ring->object, party)) {
            if (il_check_state(ring, state, i) != 0) {
                return EILSEQ;
            }
            uint64_t mine = il_state(il_position(state), IL_SLOT_READING, self);
            if (atomic_compare_exchange_strong(il_long_at(slot, 0), &state, mine)) {
                atomic_fetch_add(il_ring_word(ring, IL_RING_RECOVERED), 1);
                return il_taken(message, slot, il_position(mine), true);
            }
        }
    }
    return EAGAIN;
}

static inline int il_next(interlock_message *message) {
    interlock_ring *ring = message->ring;
    for (;;) {
        uint32_t position;
        int result = il_first_unread(ring, &position);
        if (result != 0) {
            return result;
        }
        unsigned char *slot = il_slot(ring, position);
        uint64_t state = atomic_load(il_long_at(slot, 0));
        uint32_t party = il_party(state);
        if (state == il_state(position, IL_SLOT_PUBLISHED, party)) {
            uint32_t self = il_self(ring->object->segment);
            uint64_t reading = il_state(position, IL_SLOT_READING, self);
            if (self == 0) {
                return EUSERS;
            }
            if (atomic_compare_exchange_strong(il_long_at(slot, 0), &state, reading)) {
                atomic_store(il_ring_word(ring, IL_RING_HEAD), position + 1);
                return il_taken(message, slot, position, false);
            }
        } else if (state == il_state(position, IL_SLOT_ABORTED, party)) {
            il_skip(ring, IL_SLOT_ABORTED);
        } else if (il_is_unread(ring, state, position)) {
            return EAGAIN;
        }
    }
}

static inline bool il_is_drained(interlock_ring *ring) {
    uint32_t position;
    if (il_first_unread(ring, &position) != 0) {
        return false;
    }
    uint64_t state = atomic_load(il_long_at(il_slot(ring, position), 0));
    return (int32_t)(il_position(state) - position) < 0 || state == il_state(position, IL_SLOT_FREE, 0);
}

static inline int il_read_attempt(void *argument) {
    interlock_message *message = argument;
    interlock_ring *ring = message->ring;
    if (il_is_removed(ring->object)) {
        return EIDRM;
    }
    int result = EAGAIN;
    if (!ring->has_looked) {
        result = il_take_over(message);
        ring->has_looked = result == EAGAIN;
    }
    if (result == EAGAIN) {
        result = il_next(message);
    }
    if (result == EAGAIN && atomic_load(il_ring_word(ring, IL_RING_CLOSED)) != 0) {
        result = il_next(message); /* claims made before closed was set are seen now */
        if (result == EAGAIN && il_is_drained(ring)) {
            result = il_take_over(message);
            if (result == EAGAIN) {
                il_signal_all(il_ring_word(ring, IL_RING_NOT_EMPTY)); /* all must hear of it */
                result = EPIPE;
            }
        }
    }
    return result;
}

static inline int il_read_look(void *argument) {
    interlock_message *message = argument;
    int result = il_take_over(message);
    while (result == EAGAIN && (result = il_skip(message->ring, IL_SLOT_CLAIMED)) == 0) {
        result = il_next(message);
    }
    return result;
}

static inline void il_read_pass_on(void *argument) {
    interlock_message *message = argument;
    if (!il_is_drained(message->ring) || atomic_load(il_ring_word(message->ring, IL_RING_CLOSED)) != 0) {
        il_signal(il_ring_word(message->ring, IL_RING_NOT_EMPTY));
    }
}

/* Takes the next message: read message->bytes, then interlock_free. EPIPE: closed and drained. */
static inline int interlock_read_within(interlock_ring *ring, interlock_message *message, int64_t timeout) {
    *message = (interlock_message){.ring = ring};
    il_word *event = il_ring_word(ring, IL_RING_NOT_EMPTY);
    return il_await(ring->object, event, il_read_attempt, il_read_look, il_read_pass_on, message, timeout);
}

static inline int interlock_read(interlock_ring *ring, interlock_message *message) {
    return interlock_read_within(ring, message, INTERLOCK_FOREVER);
}

#endif
