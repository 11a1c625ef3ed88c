/*
 * Sends and receives 64-bit numbers through a ring, or mailbox of longs, that JVMs use too.
 *
 *     ring /name RING send COUNT      sends 0, 1, 2, …
 *     ring /name RING receive COUNT   receives so many; prints their sum and how many came again
 *     ring /name RING claim           claims a slot, prints "held", and waits to be killed
 *     ring /name RING read            takes a message, prints it, and waits to be killed
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
    interlock_object object;
    interlock_ring ring;
    interlock_message message;
    if (argc < 4) {
        return fail("usage: ring /name RING send COUNT | receive COUNT | claim | read", EINVAL);
    }
    int result = interlock_attach(&segment, argv[1]);
    if (result != 0) {
        return fail(argv[1], result);
    }
    result = interlock_find(&segment, argv[2], "MessageRing", &object);
    if (result == EINVAL) {
        result = interlock_find(&segment, argv[2], "RingMailbox", &object);
    }
    result = result ? result : interlock_ring_of(&object, &ring);
    if (result != 0) {
        return fail(argv[2], result);
    }
    const char *what = argv[3];
    bool hold = argc == 4;
    bool sends = strcmp(what, "send") == 0 || strcmp(what, "claim") == 0;
    uint64_t count = hold ? 1 : strtoull(argv[4], NULL, 10);
    uint64_t sum = 0, again = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t number = i;
        result = sends ? interlock_claim(&ring, sizeof number, &message) : interlock_read(&ring, &message);
        if (result != 0) {
            return fail(what, result);
        }
        if (sends) {
            memcpy(message.bytes, &number, sizeof number);
        } else {
            memcpy(&number, message.bytes, sizeof number);
            sum += number;
            again += message.redelivered;
        }
        if (hold) {
            sends ? puts("held") : printf("%llu\n", (unsigned long long)number);
            fflush(stdout);
            pause();
        }
        if (sends) {
            interlock_publish(&message);
        } else {
            interlock_free(&message);
        }
    }
    printf("sum %llu, again %llu\n", (unsigned long long)sum, (unsigned long long)again);
    interlock_detach(&segment);
    return 0;
}
