/*
 * What examples/c/interlock.h promises of its results and wake-ups: prints each promise that is not kept, then "done".
 *
 *     promises /name errors    the segment has the objects named below; prints "found", and reads a line when those called
 *                              "removed …" are removed
 *     promises /name numbers   has a Mutex "lock" and a MessageRing "ring" with one message
 *     promises /name wakes     has an empty MessageRing "ring" of capacity 2 that is not closed, and one "closed" that is
 */
#define _GNU_SOURCE
#include "interlock.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define MILLISECOND INT64_C(1000000)

#define EXPECT(expected, call) expect(#call, expected, call)
#define CHECK(condition) expect(#condition, true, condition)

static void expect(const char *what, int expected, int result) {
    if (result != expected) {
        printf("%s: %d instead of %d\n", what, result, expected);
    }
}

static interlock_segment segment;
static interlock_object lock, ring_object;
static interlock_ring ring;
static interlock_message message;

static interlock_object find(const char *name, const char *kind) {
    interlock_object found;
    int result = interlock_find(&segment, name, kind, &found);
    if (result != 0) {
        printf("%s: %s\n", name, strerror(result));
        exit(1);
    }
    return found;
}

static void in_a_thread(void *(*run)(void *)) {
    pthread_t thread;
    EXPECT(0, pthread_create(&thread, NULL, run, NULL));
    pthread_join(thread, NULL);
}

/* While another thread has the lock. */
static void *without_the_lock(void *argument) {
    EXPECT(ETIMEDOUT, interlock_lock_within(&lock, MILLISECOND));
    EXPECT(EPERM, interlock_unlock(&lock));
    EXPECT(EINVAL, interlock_consistent(&lock));
    return argument;
}

static void errors(void) {
    interlock_object none;
    EXPECT(ENOENT, interlock_find(&segment, "none", NULL, &none));
    EXPECT(EINVAL, interlock_find(&segment, "lock", "MessageRing", &none));
    EXPECT(EILSEQ, interlock_ring_of(&lock, &ring));

    EXPECT(EPERM, interlock_unlock(&lock));
    EXPECT(EINVAL, interlock_consistent(&lock));
    EXPECT(0, interlock_lock(&lock));
    EXPECT(EDEADLK, interlock_lock(&lock));
    EXPECT(EDEADLK, interlock_lock_within(&lock, 0));
    EXPECT(EINVAL, interlock_consistent(&lock)); /* nobody has died */
    in_a_thread(without_the_lock);
    EXPECT(0, interlock_unlock(&lock));
    EXPECT(EPERM, interlock_unlock(&lock));

    interlock_object permits = find("permits", "CountingSemaphore");
    EXPECT(EAGAIN, interlock_try_acquire(&permits));
    EXPECT(ETIMEDOUT, interlock_acquire_within(&permits, MILLISECOND));
    interlock_object most = find("most permits", "CountingSemaphore");
    EXPECT(EOVERFLOW, interlock_release(&most));

    ring_object = find("ring", "MessageRing"); /* of capacity 1, for messages of 8 bytes */
    EXPECT(0, interlock_ring_of(&ring_object, &ring));
    EXPECT(EMSGSIZE, interlock_claim(&ring, 9, &message));
    EXPECT(ETIMEDOUT, interlock_read_within(&ring, &message, MILLISECOND));
    EXPECT(0, interlock_claim(&ring, 8, &message));
    EXPECT(ETIMEDOUT, interlock_claim_within(&ring, 0, &message, MILLISECOND));

    interlock_object closed = find("closed", "MessageRing"); /* with one message */
    EXPECT(0, interlock_ring_of(&closed, &ring));
    EXPECT(EPIPE, interlock_claim(&ring, 8, &message));
    EXPECT(0, interlock_read(&ring, &message));
    interlock_free(&message);
    EXPECT(EPIPE, interlock_read(&ring, &message));
    EXPECT(EPIPE, interlock_read_within(&ring, &message, 0));

    interlock_object removed_lock = find("removed lock", "Mutex");
    interlock_object removed_permits = find("removed permits", "CountingSemaphore");
    interlock_object removed_ring = find("removed ring", "MessageRing");
    char line[16];
    puts("found");
    CHECK(fgets(line, sizeof line, stdin) != NULL);
    EXPECT(ENOENT, interlock_find(&segment, "removed lock", NULL, &none));
    EXPECT(EIDRM, interlock_lock(&removed_lock));
    EXPECT(EIDRM, interlock_acquire(&removed_permits));
    EXPECT(EIDRM, interlock_try_acquire(&removed_permits));
    EXPECT(EIDRM, interlock_release(&removed_permits));
    EXPECT(0, interlock_ring_of(&removed_ring, &ring));
    EXPECT(EIDRM, interlock_claim(&ring, 8, &message));
    EXPECT(EIDRM, interlock_read(&ring, &message));
}

static void *without_a_number(void *argument) {
    EXPECT(EUSERS, interlock_lock(&lock));
    EXPECT(EINVAL, interlock_consistent(&lock));
    EXPECT(EPERM, interlock_unlock(&lock));
    EXPECT(EUSERS, interlock_claim(&ring, 8, &message));
    EXPECT(EUSERS, interlock_read(&ring, &message));
    ring.has_looked = true;
    EXPECT(EUSERS, interlock_read(&ring, &message));
    ring.has_looked = false;
    return argument;
}

static void numbers(void) {
    ring_object = find("ring", "MessageRing");
    EXPECT(0, interlock_ring_of(&ring_object, &ring));
    segment.base = IL_MAX_NUMBER - 1; /* as if earlier openings had used them up */
    EXPECT(0, interlock_lock(&lock));
    EXPECT(0, interlock_unlock(&lock));
    in_a_thread(without_a_number);
    CHECK(atomic_load(il_slot_word(&segment, segment.slot, IL_SLOT_LAST)) == IL_MAX_NUMBER);

    segment.base = 0;
    atomic_store(&il_numbers, IL_MAX_NUMBER); /* as if so many threads had been */
    in_a_thread(without_a_number);
    in_a_thread(without_a_number);
    CHECK(atomic_load(&il_numbers) == IL_MAX_NUMBER);
}

/* Whether a call wakes those that sleep on an event count, of which one is made to look as if somebody did. */
#define WAKES(event, call) (atomic_store(event, IL_SLEEPERS), (call), atomic_load(event) >= IL_ONE_EVENT)

static void wakes(void) {
    interlock_message first = {.ring = &ring}, second = {.ring = &ring};
    ring_object = find("ring", "MessageRing");
    EXPECT(0, interlock_ring_of(&ring_object, &ring));
    il_word *not_full = il_ring_word(&ring, IL_RING_NOT_FULL);
    EXPECT(0, interlock_claim(&ring, 8, &first));
    CHECK(!WAKES(not_full, interlock_publish(&first)));
    EXPECT(0, interlock_read(&ring, &message));
    CHECK(WAKES(not_full, interlock_free(&message)));

    EXPECT(0, interlock_claim(&ring, 8, &first));
    EXPECT(0, interlock_claim(&ring, 8, &second));
    CHECK(!WAKES(not_full, il_claim_pass_on(&first)));
    CHECK(WAKES(not_full, interlock_abort(&first)));
    CHECK(WAKES(not_full, il_claim_pass_on(&second)));
    EXPECT(0, interlock_claim_within(&ring, 8, &first, 0));
    CHECK(!WAKES(not_full, il_claim_pass_on(&first)));
    interlock_publish(&second);
    interlock_publish(&first);

    il_word *not_empty = il_ring_word(&ring, IL_RING_NOT_EMPTY);
    CHECK(WAKES(not_empty, il_read_pass_on(&message)));
    for (int i = 0; i < 2; i++) {
        EXPECT(0, interlock_read(&ring, &message));
        interlock_free(&message);
    }
    CHECK(!WAKES(not_empty, il_read_pass_on(&message)));
    ring_object = find("closed", "MessageRing");
    EXPECT(0, interlock_ring_of(&ring_object, &ring));
    CHECK(WAKES(il_ring_word(&ring, IL_RING_NOT_EMPTY), il_read_pass_on(&message)));
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fputs("usage: promises /name errors | numbers | wakes\n", stderr);
        return 1;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    EXPECT(0, interlock_attach(&segment, argv[1]));
    if (strcmp(argv[2], "wakes") == 0) {
        wakes();
    } else {
        lock = find("lock", "Mutex");
        strcmp(argv[2], "errors") == 0 ? errors() : numbers();
    }
    interlock_detach(&segment);
    puts("done");
    return 0;
}
