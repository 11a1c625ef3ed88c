/*
 * The C client that dies: see CrashMatrix. Kills itself just before a step of an operation on the object "object".
 *
 *     victim /name OPERATION STEP
 *
 * Says "prepared", goes on when it reads a line, says "sleeps" at each sleep, and "done" if it lives.
 */
#include "fatal.h"
#include "interlock.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define MILLISECOND INT64_C(1000000)
#define LENGTH 4

static long fatal, steps;
static bool lit;

void fatal_step(void) {
    if (lit && ++steps == fatal) {
        kill(getpid(), SIGKILL);
    }
}

void fatal_sleep(int command) {
    if (lit && command == FUTEX_WAIT) {
        puts("sleeps");
    }
}

static void check(const char *what, int result) {
    if (result != 0) {
        printf("%s: %s\n", what, strerror(result));
        exit(1);
    }
}

static void write_payload(volatile unsigned char *bytes, unsigned char number) {
    for (int i = 0; i < LENGTH; i++) {
        fatal_step();
        bytes[i] = number;
    }
}

static void read_payload(const volatile unsigned char *bytes) {
    for (int i = 0; i < LENGTH; i++) {
        fatal_step();
        if (bytes[i] != bytes[0]) {
            check("payload", EILSEQ);
        }
    }
}

static void expect(const char *what, int expected, int result) {
    if (result != expected) {
        check(what, result == 0 ? EPROTO : result);
    }
}

/* What the operation needs, from the party that does it. */
static void prepare(const char *operation, interlock_object *object) {
    if (strcmp(operation, "unlock") == 0) {
        check("lock", interlock_lock(object));
    } else if (strcmp(operation, "consistent") == 0) {
        expect("lock", EOWNERDEAD, interlock_lock(object));
    }
}

static void operate(const char *operation, interlock_object *object, interlock_ring *ring) {
    interlock_message message;
    if (strcmp(operation, "lock") == 0) {
        check(operation, interlock_lock(object));
    } else if (strcmp(operation, "lock within") == 0) {
        expect(operation, ETIMEDOUT, interlock_lock_within(object, MILLISECOND));
    } else if (strcmp(operation, "lock inherited") == 0) {
        expect(operation, EOWNERDEAD, interlock_lock(object));
    } else if (strcmp(operation, "consistent") == 0) {
        check(operation, interlock_consistent(object));
        check(operation, interlock_unlock(object));
    } else if (strcmp(operation, "unlock") == 0) {
        check(operation, interlock_unlock(object));
    } else if (strcmp(operation, "acquire") == 0) {
        check(operation, interlock_acquire(object));
    } else if (strcmp(operation, "acquire within") == 0) {
        expect(operation, ETIMEDOUT, interlock_acquire_within(object, MILLISECOND));
    } else if (strcmp(operation, "try acquire") == 0) {
        check(operation, interlock_try_acquire(object));
    } else if (strcmp(operation, "release") == 0) {
        check(operation, interlock_release(object));
    } else if (strcmp(operation, "claim, publish") == 0) {
        check(operation, interlock_claim(ring, LENGTH, &message));
        write_payload(message.bytes, 1);
        interlock_publish(&message);
    } else if (strcmp(operation, "claim within") == 0) {
        expect(operation, ETIMEDOUT, interlock_claim_within(ring, LENGTH, &message, MILLISECOND));
    } else if (strcmp(operation, "read within") == 0) {
        expect(operation, ETIMEDOUT, interlock_read_within(ring, &message, MILLISECOND));
    } else if (strcmp(operation, "claim, abort") == 0) {
        check(operation, interlock_claim(ring, LENGTH, &message));
        interlock_abort(&message);
    } else if (strcmp(operation, "read, free") == 0) {
        check(operation, interlock_read(ring, &message));
        read_payload(message.bytes);
        interlock_free(&message);
    } else {
        check(operation, ENOSYS);
    }
}

int main(int argc, char **argv) {
    interlock_segment segment;
    interlock_object object, other;
    interlock_ring ring;
    char line[16];
    if (argc != 4) {
        check("usage: victim /name OPERATION STEP", EINVAL);
    }
    const char *operation = argv[2];
    bool attaches = strcmp(operation, "attach") == 0, finds = strcmp(operation, "find") == 0,
         detaches = strcmp(operation, "detach") == 0;
    fatal = atol(argv[3]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!attaches) {
        check("attach", interlock_attach(&segment, argv[1]));
    }
    if (!attaches && !finds) {
        check("find", interlock_find(&segment, "object", NULL, &object));
        if (object.parameters[1] != 0) {
            check("ring", interlock_ring_of(&object, &ring));
        }
        prepare(operation, &object);
    }
    puts("prepared");
    if (!fgets(line, sizeof line, stdin)) {
        return 1;
    }
    lit = true;
    if (attaches) {
        check("attach", interlock_attach(&segment, argv[1]));
    } else if (finds) {
        check("find", interlock_find(&segment, "object", NULL, &other));
    } else if (detaches) {
        interlock_detach(&segment);
    } else {
        operate(operation, &object, &ring);
    }
    lit = false;
    puts("done");
    return 0;
}
