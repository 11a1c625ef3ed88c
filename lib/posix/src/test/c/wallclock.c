/*
 * Loaded before the C library: once the file named by WALL_CLOCK_FILE exists, the wall clock of this process has made a
 * step of WALL_CLOCK_STEP seconds. The machine's own clock stays as it is, and so does the monotonic one.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
    long result = syscall(SYS_clock_gettime, clock, now);
    const char *file = getenv("WALL_CLOCK_FILE");
    if (clock == CLOCK_REALTIME && file != NULL && access(file, F_OK) == 0) now->tv_sec += atol(getenv("WALL_CLOCK_STEP"));
    return (int)result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec fine;
    (void)zone;
    int result = clock_gettime(CLOCK_REALTIME, &fine);
    now->tv_sec = fine.tv_sec;
    now->tv_usec = fine.tv_nsec / 1000;
    return result;
}

time_t time(time_t *seconds) {
    struct timespec fine;
    clock_gettime(CLOCK_REALTIME, &fine);
    if (seconds != NULL) *seconds = fine.tv_sec;
    return fine.tv_sec;
}
