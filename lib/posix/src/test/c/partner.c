/*
 * The other side of the tests: a C program that uses each facility as C programs do. One command a run:
 *
 *   sem-add SEMAPHORE MEMORY COUNT    adds 1 to the long at the start of the memory, COUNT times, under the semaphore
 *   sem-pong PING PONG COUNT          takes from one semaphore and gives to the other
 *   shm-write MEMORY TEXT             makes a shared memory object with a text in it
 *   shm-read MEMORY                   prints the text
 *   shm-produce ITEMS SPACES MEMORY COUNT   writes 1 to COUNT, one record at a time, between two semaphores
 *   shm-consume ITEMS SPACES MEMORY COUNT   reads as many records, checks each and prints the sum of the numbers
 *   usem-make MEMORY SLOTS            makes an object with two unnamed semaphores: items (0) and spaces (SLOTS)
 *   usem-produce MEMORY COUNT         hands 1 to COUNT over through the slot behind the semaphores
 *   usem-consume MEMORY COUNT         receives as many and prints their sum
 *   mq-send QUEUE COUNT               sends 1 to COUNT as text, with priority (number mod 3)
 *   mq-receive QUEUE COUNT            receives as many; prints the sum of the numbers and of the priorities
 *   fifo-write FIFO COUNT             writes 1 to COUNT as lines
 *   fifo-read FIFO                    reads lines to the end and prints their sum
 *   eventfd-add COUNT                 prints an eventfd's number; a forked child adds 1 to it COUNT times
 *   eventfd-take COUNT                prints an eventfd's number; a forked child takes until it has COUNT
 *   signals COUNT                     prints "ready"; at the end of its input, takes COUNT signals SIGRTMIN, of which only
 *                                     256 may queue, and prints the sum of their values
 *   signal-pong PID COUNT             sends SIGUSR1 and waits for SIGRTMIN in return, COUNT times; prints the sum of the values
 *   tgkill PID THREAD COUNT           sends SIGUSR1 to one thread COUNT times, 1 ms apart
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096

struct exchange {
    sem_t items;
    sem_t spaces;
    long slot;
};

static void die(const char *call) {
    fprintf(stderr, "%s: %s\n", call, strerror(errno));
    exit(1);
}

static void *map(const char *name, int flags) {
    int fd = shm_open(name, flags | O_RDWR, 0600);
    if (fd == -1) die("shm_open");
    if ((flags & O_CREAT) && ftruncate(fd, PAGE) == -1) die("ftruncate");
    void *memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) die("mmap");
    close(fd);
    return memory;
}

static void wait_for(sem_t *semaphore) {
    while (sem_wait(semaphore) == -1)
        if (errno != EINTR) die("sem_wait");
}

static void post(sem_t *semaphore) {
    if (sem_post(semaphore) == -1) die("sem_post");
}

static sem_t *open_semaphore(const char *name) {
    sem_t *semaphore = sem_open(name, 0);
    if (semaphore == SEM_FAILED) die("sem_open");
    return semaphore;
}

static void sem_add(const char *name, const char *memory, long count) {
    sem_t *semaphore = open_semaphore(name);
    volatile long *counter = map(memory, 0);
    for (long i = 0; i < count; i++) {
        wait_for(semaphore);
        *counter = *counter + 1;
        post(semaphore);
    }
    sem_close(semaphore);
}

static void sem_pong(const char *ping, const char *pong, long count) {
    sem_t *from = open_semaphore(ping);
    sem_t *to = open_semaphore(pong);
    for (long i = 0; i < count; i++) {
        wait_for(from);
        post(to);
    }
}

/* A record: its number, and the same as text padded with spaces. */
struct record {
    long number;
    char text[24];
};

static void shm_produce(const char *items_name, const char *spaces_name, const char *memory, long count) {
    sem_t *items = open_semaphore(items_name);
    sem_t *spaces = open_semaphore(spaces_name);
    struct record *record = map(memory, 0);
    for (long i = 1; i <= count; i++) {
        char text[25];
        snprintf(text, sizeof text, "%-24ld", i);
        wait_for(spaces);
        record->number = i;
        memcpy(record->text, text, sizeof record->text);
        post(items);
    }
}

static void shm_consume(const char *items_name, const char *spaces_name, const char *memory, long count) {
    sem_t *items = open_semaphore(items_name);
    sem_t *spaces = open_semaphore(spaces_name);
    struct record *record = map(memory, 0);
    long sum = 0;
    for (long i = 1; i <= count; i++) {
        wait_for(items);
        if (atol(record->text) != record->number) exit(4);
        sum += record->number;
        post(spaces);
    }
    printf("%ld\n", sum);
}

static void usem_make(const char *memory, long slots) {
    struct exchange *exchange = map(memory, O_CREAT | O_EXCL);
    if (sem_init(&exchange->items, 1, 0) == -1) die("sem_init");
    if (sem_init(&exchange->spaces, 1, slots) == -1) die("sem_init");
}

static void usem_produce(const char *memory, long count) {
    struct exchange *exchange = map(memory, 0);
    for (long i = 1; i <= count; i++) {
        wait_for(&exchange->spaces);
        exchange->slot = i;
        post(&exchange->items);
    }
}

static void usem_consume(const char *memory, long count) {
    struct exchange *exchange = map(memory, 0);
    long sum = 0;
    for (long i = 1; i <= count; i++) {
        wait_for(&exchange->items);
        sum += exchange->slot;
        post(&exchange->spaces);
    }
    printf("%ld\n", sum);
}

static void mq_sender(const char *name, long count) {
    mqd_t queue = mq_open(name, O_WRONLY);
    if (queue == (mqd_t)-1) die("mq_open");
    for (long i = 1; i <= count; i++) {
        char text[32];
        int length = snprintf(text, sizeof text, "%ld", i);
        if (mq_send(queue, text, length, i % 3) == -1) die("mq_send");
    }
}

static void mq_receiver(const char *name, long count) {
    mqd_t queue = mq_open(name, O_RDONLY);
    if (queue == (mqd_t)-1) die("mq_open");
    struct mq_attr attributes;
    if (mq_getattr(queue, &attributes) == -1) die("mq_getattr");
    char *text = malloc(attributes.mq_msgsize + 1);
    long sum = 0;
    long priorities = 0;
    for (long i = 0; i < count; i++) {
        unsigned priority;
        ssize_t length = mq_receive(queue, text, attributes.mq_msgsize, &priority);
        if (length == -1) die("mq_receive");
        text[length] = 0;
        sum += atol(text);
        priorities += priority;
    }
    printf("%ld %ld\n", sum, priorities);
}

static void fifo_writer(const char *path, long count) {
    FILE *fifo = fopen(path, "w");
    if (fifo == NULL) die("fopen");
    for (long i = 1; i <= count; i++) fprintf(fifo, "%ld\n", i);
    fclose(fifo);
}

static void fifo_reader(const char *path) {
    FILE *fifo = fopen(path, "r");
    if (fifo == NULL) die("fopen");
    long sum = 0;
    long number;
    while (fscanf(fifo, "%ld", &number) == 1) sum += number;
    printf("%ld\n", sum);
}

/* The parent keeps the descriptor open and reachable until its standard input ends. */
static void eventfd_fork(int adds, long count) {
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd == -1) die("eventfd");
    printf("%d\n", fd);
    fflush(stdout);
    pid_t child = fork();
    if (child == -1) die("fork");
    if (child == 0) {
        struct pollfd ready = {fd, adds ? POLLOUT : POLLIN, 0};
        uint64_t value = 1;
        for (uint64_t done = 0; done < (uint64_t)count;) {
            poll(&ready, 1, -1);
            ssize_t bytes = adds ? write(fd, &value, sizeof value) : read(fd, &value, sizeof value);
            if (bytes == sizeof value) done += value;
            else if (errno != EAGAIN && errno != EINTR) die("eventfd");
            if (done > (uint64_t)count) exit(2);
        }
        exit(0);
    }
    int status;
    if (waitpid(child, &status, 0) == -1) die("waitpid");
    if (status != 0) exit(3);
    printf("done\n");
    fflush(stdout);
    while (getchar() != EOF) {}
}

static volatile long signal_sum;
static volatile long signal_count;

static void on_signal(int number, siginfo_t *info, void *context) {
    (void)number;
    (void)context;
    signal_sum += info->si_value.sival_int;
    signal_count++;
}

static void block_signals(sigset_t *before) {
    struct sigaction action = {0};
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_SIGINFO;
    if (sigaction(SIGRTMIN, &action, NULL) == -1) die("sigaction");
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &blocked, before);
}

static void signals(long count) {
    sigset_t before;
    block_signals(&before);
    struct rlimit limit = {256, 256};
    if (setrlimit(RLIMIT_SIGPENDING, &limit) == -1) die("setrlimit");
    printf("ready\n");
    fflush(stdout);
    while (getchar() != EOF) {}
    while (signal_count < count) sigsuspend(&before);
    printf("%ld\n", signal_sum);
}

static void signal_pong(int pid, long count) {
    sigset_t before;
    block_signals(&before);
    for (long i = 1; i <= count; i++) {
        if (kill(pid, SIGUSR1) == -1) die("kill");
        while (signal_count < i) sigsuspend(&before);
    }
    printf("%ld\n", signal_sum);
}

static void tgkill_often(int pid, int thread, long count) {
    for (long i = 0; i < count; i++) {
        if (syscall(SYS_tgkill, pid, thread, SIGUSR1) == -1) die("tgkill");
        usleep(1000);
    }
}

int main(int argc, char **argv) {
    const char *command = argc > 1 ? argv[1] : "";
    const char *first = argc > 2 ? argv[2] : "";
    const char *second = argc > 3 ? argv[3] : "";
    const char *third = argc > 4 ? argv[4] : "";
    long last = argc > 2 ? atol(argv[argc - 1]) : 0;
    if (!strcmp(command, "sem-add")) sem_add(first, second, last);
    else if (!strcmp(command, "sem-pong")) sem_pong(first, second, last);
    else if (!strcmp(command, "shm-write")) strcpy(map(first, O_CREAT | O_EXCL), second);
    else if (!strcmp(command, "shm-read")) puts(map(first, 0));
    else if (!strcmp(command, "shm-produce")) shm_produce(first, second, third, last);
    else if (!strcmp(command, "shm-consume")) shm_consume(first, second, third, last);
    else if (!strcmp(command, "usem-make")) usem_make(first, last);
    else if (!strcmp(command, "usem-produce")) usem_produce(first, last);
    else if (!strcmp(command, "usem-consume")) usem_consume(first, last);
    else if (!strcmp(command, "mq-send")) mq_sender(first, last);
    else if (!strcmp(command, "mq-receive")) mq_receiver(first, last);
    else if (!strcmp(command, "fifo-write")) fifo_writer(first, last);
    else if (!strcmp(command, "fifo-read")) fifo_reader(first);
    else if (!strcmp(command, "eventfd-add")) eventfd_fork(1, last);
    else if (!strcmp(command, "eventfd-take")) eventfd_fork(0, last);
    else if (!strcmp(command, "tgkill")) tgkill_often(atoi(first), atoi(second), last);
    else if (!strcmp(command, "signals")) signals(last);
    else if (!strcmp(command, "signal-pong")) signal_pong(atoi(first), last);
    else {
        fprintf(stderr, "unknown command \"%s\"\n", command);
        return 2;
    }
    return 0;
}
