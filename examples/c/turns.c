/*
 * Takes turns with a JVM through two semaphores: acquires "to c" and releases "to java", so many times.
 *
 *     turns /name ROUNDS
 */
#define _GNU_SOURCE
#include "interlock.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    interlock_segment segment;
    interlock_object mine, theirs;
    if (argc != 3) {
        fputs("usage: turns /name ROUNDS\n", stderr);
        return 1;
    }
    int result = interlock_attach(&segment, argv[1]);
    result = result ? result : interlock_find(&segment, "to c", "CountingSemaphore", &mine);
    result = result ? result : interlock_find(&segment, "to java", "CountingSemaphore", &theirs);
    for (long i = 0; result == 0 && i < atol(argv[2]); i++) {
        result = interlock_acquire(&mine);
        result = result ? result : interlock_release(&theirs);
    }
    if (result != 0) {
        fprintf(stderr, "%s: %s\n", argv[1], strerror(result));
        return 1;
    }
    puts("done");
    interlock_detach(&segment);
    return 0;
}
