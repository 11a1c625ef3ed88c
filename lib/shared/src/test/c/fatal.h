/*
 * To be included before examples/c/interlock.h: each atomic operation, copy and system call of the header is a step, at one of
 * which the process kills itself; but for those that touch nothing shared, as clock_gettime and getpid.
 */
#ifndef FATAL_H
#define FATAL_H

#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void fatal_step(void);
void fatal_sleep(int command);

#undef atomic_load
#undef atomic_store
#undef atomic_fetch_add
#undef atomic_fetch_and
#undef atomic_fetch_or
#undef atomic_compare_exchange_strong
#undef atomic_compare_exchange_weak
#define IL_SC memory_order_seq_cst
#define atomic_load(word) (fatal_step(), atomic_load_explicit(word, IL_SC))
#define atomic_store(word, value) (fatal_step(), atomic_store_explicit(word, value, IL_SC))
#define atomic_fetch_add(word, value) (fatal_step(), atomic_fetch_add_explicit(word, value, IL_SC))
#define atomic_fetch_and(word, value) (fatal_step(), atomic_fetch_and_explicit(word, value, IL_SC))
#define atomic_fetch_or(word, value) (fatal_step(), atomic_fetch_or_explicit(word, value, IL_SC))
#define atomic_compare_exchange_strong(word, expected, value) \
    (fatal_step(), atomic_compare_exchange_strong_explicit(word, expected, value, IL_SC, IL_SC))
#define atomic_compare_exchange_weak(word, expected, value) \
    (fatal_step(), atomic_compare_exchange_weak_explicit(word, expected, value, IL_SC, IL_SC))
#define memcpy(target, source, length) (fatal_step(), memcpy(target, source, length))
#define syscall(number, word, command, ...) \
    (fatal_step(), fatal_sleep(command), syscall(number, word, command, __VA_ARGS__))
#define shm_open(...) (fatal_step(), shm_open(__VA_ARGS__))
#define fstat(...) (fatal_step(), fstat(__VA_ARGS__))
#define pread(...) (fatal_step(), pread(__VA_ARGS__))
#define mmap(...) (fatal_step(), mmap(__VA_ARGS__))
#define munmap(...) (fatal_step(), munmap(__VA_ARGS__))
#define fcntl(...) (fatal_step(), fcntl(__VA_ARGS__))
#define close(...) (fatal_step(), close(__VA_ARGS__))

#endif
