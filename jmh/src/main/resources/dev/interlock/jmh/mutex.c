/*
 * The peer of SharedMutexBenchmark: threads that lock a process-shared mutex of pthreads, count, and unlock.
 *
 *   mutex make NAME plain|robust   makes the shared memory object
 *   mutex run NAME THREADS         for each line of input, a number of milliseconds: counts as long, and prints how often
 *                                  each thread came in; if it is negative: prints the shared count
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct shared {
    pthread_mutex_t mutex;
    _Alignas(128) long count;
};

struct party {
    _Alignas(128) long entered;
    pthread_t thread;
};

static struct shared *shared;
static _Alignas(128) int stopped;

static void die(const char *call) {
    fprintf(stderr, "%s: %s\n", call, strerror(errno));
    exit(1);
}

static void map(const char *name, int flags) {
    int fd = shm_open(name, flags | O_RDWR, 0600);
    if (fd == -1) die("shm_open");
    if ((flags & O_CREAT) && ftruncate(fd, sizeof *shared) == -1) die("ftruncate");
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED) die("mmap");
}

static void *enter(void *argument) {
    struct party *party = argument;
    long entered = 0;
    while (!__atomic_load_n(&stopped, __ATOMIC_RELAXED)) {
        if (pthread_mutex_lock(&shared->mutex) != 0) die("pthread_mutex_lock");
        shared->count++;
        pthread_mutex_unlock(&shared->mutex);
        entered++;
    }
    party->entered = entered;
    return NULL;
}

static void run(int threads) {
    struct party *parties = aligned_alloc(128, threads * sizeof *parties);
    long millis;
    printf("ready\n");
    fflush(stdout);
    while (scanf("%ld", &millis) == 1) {
        if (millis < 0) {
            if (pthread_mutex_lock(&shared->mutex) != 0) die("pthread_mutex_lock");
            printf("%ld\n", shared->count);
            fflush(stdout);
            pthread_mutex_unlock(&shared->mutex);
            continue;
        }
        stopped = 0;
        for (int i = 0; i < threads; i++)
            if (pthread_create(&parties[i].thread, NULL, enter, &parties[i]) != 0) die("pthread_create");
        usleep(millis * 1000);
        __atomic_store_n(&stopped, 1, __ATOMIC_RELAXED);
        for (int i = 0; i < threads; i++) {
            pthread_join(parties[i].thread, NULL);
            printf("%ld ", parties[i].entered);
        }
        printf("\n");
        fflush(stdout);
    }
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    if (!strcmp(argv[1], "run")) {
        map(argv[2], 0);
        run(atoi(argv[3]));
        return 0;
    }
    map(argv[2], O_CREAT | O_EXCL);
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    if (!strcmp(argv[3], "robust")) pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    return pthread_mutex_init(&shared->mutex, &attributes);
}
