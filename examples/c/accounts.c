/*
 * Two accounts in a segment, under a mutex that JVMs use too; a death between the two changes is repaired.
 *
 *     accounts /name count ROUNDS     adds 1 to both, so many times; prints how often it repaired
 *     accounts /name hold             locks, changes the first, prints "held", and waits to be killed
 *
 * The segment has a Mutex "lock", and an object "counters" of two 64-bit words, on lines of their own.
 */
#define _GNU_SOURCE
#include "interlock.h"

#include <stdio.h>
#include <stdlib.h>

static int fail(const char *what, int result) {
    fprintf(stderr, "%s: %s\n", what, strerror(result));
    return 1;
}

int main(int argc, char **argv) {
    interlock_segment segment;
    interlock_object lock, counters;
    if (argc < 3) {
        return fail("usage: accounts /name count ROUNDS | hold", EINVAL);
    }
    int result = interlock_attach(&segment, argv[1]);
    if (result != 0) {
        return fail(argv[1], result);
    }
    result = interlock_find(&segment, "lock", "Mutex", &lock);
    if (result != 0) {
        return fail("lock", result);
    }
    result = interlock_find(&segment, "counters", NULL, &counters);
    if (result != 0 || counters.length < 72) {
        return fail("counters", result);
    }
    uint64_t *first = (uint64_t *)(void *)counters.bytes;
    uint64_t *second = first + 8;
    bool hold = strcmp(argv[2], "hold") == 0;
    long rounds = hold ? 1 : atol(argv[3]);
    long repairs = 0;
    for (long i = 0; i < rounds; i++) {
        result = interlock_lock(&lock);
        if (result == EOWNERDEAD) {
            *second = *first;
            repairs++;
            result = interlock_consistent(&lock);
        }
        if (result != 0) {
            return fail("interlock_lock", result);
        }
        (*first)++;
        if (hold) {
            puts("held");
            fflush(stdout);
            pause();
        }
        (*second)++;
        result = interlock_unlock(&lock);
        if (result != 0) {
            return fail("interlock_unlock", result);
        }
    }
    printf("repairs %ld\n", repairs);
    interlock_detach(&segment);
    return 0;
}
