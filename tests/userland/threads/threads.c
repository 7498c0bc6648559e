/* What a libc's threads ask of the kernel, each section printing what every kernel must give:
 * mutexes and conditions under contention, thread-local storage, keys, once, barriers, read-write
 * locks, semaphores, timeouts, cancellation, signals to threads, robust mutexes, fork in a thread.
 *
 * Built with glibc and with musl, run natively and in the guest: the outputs are compared.
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 8, TURNS = 2000, ITEMS = 500, PLACES = 4 };

static void start_all(pthread_t *threads, void *(*work)(void *))
{
    for (long i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, work, (void *)i) != 0)
            abort();
}

static long join_all(pthread_t *threads)
{
    long sum = 0;

    for (int i = 0; i < THREADS; i++) {
        void *result;

        pthread_join(threads[i], &result);
        sum += (long)result;
    }
    return sum;
}

static long run_all(void *(*work)(void *))
{
    pthread_t threads[THREADS];

    start_all(threads, work);
    return join_all(threads);
}

static struct timespec after_ms(long ms)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_nsec += ms * 1000000;
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

/* ---- Mutexes ---- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long counter;

static void *count_up(void *arg)
{
    for (int i = 0; i < TURNS; i++) {
        pthread_mutex_lock(&mutex);
        long seen = counter;
        if (i % 64 == 0)
            sched_yield();
        counter = seen + 1;
        pthread_mutex_unlock(&mutex);
    }
    return arg;
}

static void mutexes(void)
{
    pthread_mutexattr_t attr;
    pthread_mutex_t kind;
    long sum = run_all(count_up);

    printf("mutex: %d threads count to %ld, results add up to %ld\n", THREADS, counter, sum);
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&kind, &attr);
    pthread_mutex_lock(&kind);
    printf("mutex: a second lock is %s\n", strerror(pthread_mutex_lock(&kind)));
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&kind, &attr);
    pthread_mutex_lock(&kind);
    printf("mutex: a recursive one gives %d\n", pthread_mutex_lock(&kind));
}

/* ---- Conditions ---- */

static pthread_cond_t not_empty = PTHREAD_COND_INITIALIZER, not_full = PTHREAD_COND_INITIALIZER;
static int places[PLACES], filled, first;

static void put(int item)
{
    pthread_mutex_lock(&mutex);
    while (filled == PLACES)
        pthread_cond_wait(&not_full, &mutex);
    places[(first + filled++) % PLACES] = item;
    pthread_cond_signal(&not_empty);
    pthread_mutex_unlock(&mutex);
}

static int take(void)
{
    int item;

    pthread_mutex_lock(&mutex);
    while (filled == 0)
        pthread_cond_wait(&not_empty, &mutex);
    item = places[first];
    first = (first + 1) % PLACES;
    filled--;
    pthread_cond_signal(&not_full);
    pthread_mutex_unlock(&mutex);
    return item;
}

static void *produce_or_consume(void *arg)
{
    long me = (long)arg, sum = 0;

    for (int i = 1; i <= ITEMS; i++) {
        if (me % 2)
            put(i);
        else
            sum += take();
    }
    return (void *)sum;
}

static void conditions(void)
{
    long sum = run_all(produce_or_consume);
    struct timespec soon = after_ms(20);

    printf("cond: consumers got %ld, %d left\n", sum, filled);
    pthread_mutex_lock(&mutex);
    printf("cond: nobody signals: %s\n",
           strerror(pthread_cond_timedwait(&not_empty, &mutex, &soon)));
    pthread_mutex_unlock(&mutex);
}

/* ---- What belongs to a thread ---- */

static _Thread_local int local = 5;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int destroyed, initialised;

static void destroy(void *value)
{
    __atomic_fetch_add(&destroyed, (int)(long)value, __ATOMIC_SEQ_CST);
}

static void initialise(void)
{
    initialised++;
}

static void *use_own(void *arg)
{
    local += (int)(long)arg;
    pthread_setspecific(key, (void *)(long)local);
    pthread_once(&once, initialise);
    sched_yield();
    return (void *)(long)(local == 5 + (int)(long)arg && errno == 0);
}

static void own_data(void)
{
    long right;

    errno = 0;
    pthread_key_create(&key, destroy);
    right = run_all(use_own);
    printf("own: %ld threads kept theirs, main has %d\n", right, local);
    printf("own: destructors saw %d, once ran %d time\n", destroyed, initialised);
}

/* ---- Barriers, read-write locks, semaphores ---- */

static pthread_barrier_t barrier;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static sem_t tokens;
static int arrived, inside, most, shared_value;

static void *meet(void *arg)
{
    int serial;

    (void)arg;
    __atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST);
    serial = pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
    if (__atomic_load_n(&arrived, __ATOMIC_SEQ_CST) != THREADS)
        abort();
    return (void *)(long)serial;
}

static void *read_or_write(void *arg)
{
    for (int i = 0; i < 200; i++) {
        if ((long)arg % 4 == 0) {
            pthread_rwlock_wrlock(&rwlock);
            shared_value++;
            sched_yield();
            shared_value++;
        } else {
            pthread_rwlock_rdlock(&rwlock);
            if (shared_value % 2)
                abort();
        }
        pthread_rwlock_unlock(&rwlock);
    }
    return NULL;
}

static void *hold_token(void *arg)
{
    int now;

    (void)arg;
    for (int i = 0; i < 50; i++) {
        sem_wait(&tokens);
        now = __atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST);
        pthread_mutex_lock(&mutex);
        most = now > most ? now : most;
        pthread_mutex_unlock(&mutex);
        sched_yield();
        __atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
        sem_post(&tokens);
    }
    return NULL;
}

static void meeting_points(void)
{
    struct timespec soon;
    int value;

    pthread_barrier_init(&barrier, NULL, THREADS);
    printf("barrier: %ld of %d is told that it is the last\n", run_all(meet), THREADS);
    run_all(read_or_write);
    printf("rwlock: two writers made it %d\n", shared_value);
    sem_init(&tokens, 0, 3);
    run_all(hold_token);
    sem_getvalue(&tokens, &value);
    printf("semaphore: never more than 3: %s; %d at the end\n", most <= 3 ? "yes" : "no", value);
    while (sem_trywait(&tokens) == 0)
        continue;
    soon = after_ms(20);
    value = sem_timedwait(&tokens, &soon);
    printf("semaphore: nobody posts: %d, %s\n", value, strerror(errno));
}

/* ---- Cancellation and signals ---- */

static pthread_t signalled;
static volatile sig_atomic_t handled_by_right_one;

static void note_cleanup(void *arg)
{
    printf("cancel: cleaning up %s\n", (const char *)arg);
}

static void *sleep_for_ever(void *arg)
{
    pthread_cleanup_push(note_cleanup, arg);
    for (;;)
        pause();
    pthread_cleanup_pop(0);
    return NULL;
}

static void note_signal(int sig)
{
    (void)sig;
    handled_by_right_one = pthread_equal(pthread_self(), signalled);
    sem_post(&tokens);
}

static void *wait_for_signal(void *arg)
{
    sigset_t *set = arg;
    int sig;

    sigwait(set, &sig);
    return (void *)(long)sig;
}

static void cancellation(void)
{
    pthread_t thread;
    void *result;

    pthread_create(&thread, NULL, sleep_for_ever, "after the thread");
    pthread_cancel(thread);
    pthread_join(thread, &result);
    printf("cancel: result is PTHREAD_CANCELED: %s\n", result == PTHREAD_CANCELED ? "yes" : "no");
}

static void signals(void)
{
    sigset_t set;
    void *result;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    pthread_create(&signalled, NULL, wait_for_signal, &set);
    kill(getpid(), SIGUSR2);
    pthread_join(signalled, &result);
    printf("signal: sigwait in a thread took the process's %ld\n", (long)result);
    signal(SIGUSR1, note_signal);
    pthread_create(&signalled, NULL, sleep_for_ever, "after the signal");
    pthread_kill(signalled, SIGUSR1);
    while (sem_wait(&tokens) < 0)
        continue;
    printf("signal: handled by its thread: %s\n", handled_by_right_one ? "yes" : "no");
    pthread_cancel(signalled);
    pthread_join(signalled, NULL);
}

/* ---- Processes ---- */

struct shared {
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    int value;
};

static struct shared *shared_between_processes(void)
{
    struct shared *s =
        mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_t attr;
    pthread_condattr_t cond_attr;

    pthread_mutexattr_init(&attr);
    pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&s->mutex, &attr);
    pthread_condattr_init(&cond_attr);
    pthread_condattr_setpshared(&cond_attr, PTHREAD_PROCESS_SHARED);
    pthread_cond_init(&s->cond, &cond_attr);
    return s;
}

/* A child that ends holding the mutex: the next who locks it is told. */
static void robust_mutex(void)
{
    struct shared *s = shared_between_processes();
    int error;
    pid_t pid = fork();

    if (pid == 0) {
        pthread_mutex_lock(&s->mutex);
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    error = pthread_mutex_lock(&s->mutex);
    printf("robust: %s\n", strerror(error));
    printf("robust: made consistent: %d\n", pthread_mutex_consistent(&s->mutex));
    pthread_mutex_unlock(&s->mutex);
    if ((pid = fork()) == 0) {
        pthread_mutex_lock(&s->mutex);
        s->value = 42;
        pthread_cond_signal(&s->cond);
        pthread_mutex_unlock(&s->mutex);
        _exit(0);
    }
    pthread_mutex_lock(&s->mutex);
    while (s->value == 0)
        pthread_cond_wait(&s->cond, &s->mutex);
    pthread_mutex_unlock(&s->mutex);
    waitpid(pid, NULL, 0);
    printf("shared: the other process wrote %d\n", s->value);
}

static void tell_prepare(void)
{
    printf("fork: prepare\n");
    fflush(stdout);
}

static void tell_child(void)
{
    printf("fork: in the child\n");
}

static void *fork_here(void *arg)
{
    int status;
    pid_t pid = fork();

    (void)arg;
    if (pid == 0) {
        printf("fork: the thread that called it is the child's only one, its local is %d\n", local);
        exit(3);
    }
    waitpid(pid, &status, 0);
    return (void *)(long)WEXITSTATUS(status);
}

static void fork_in_thread(void)
{
    pthread_t thread;
    void *result;

    pthread_atfork(tell_prepare, NULL, tell_child);
    pthread_create(&thread, NULL, fork_here, NULL);
    pthread_join(thread, &result);
    printf("fork: the child's status was %ld\n", (long)result);
    fflush(stdout);
}

/* The main thread's key is destroyed when it has ended. */
static void tell_end_of_main(void *unused)
{
    (void)unused;
    sem_post(&tokens);
}

static void *outlive_main(void *arg)
{
    while (sem_wait(&tokens) < 0)
        continue;
    printf("exit: main has ended, the process has not\n");
    exit((int)(long)arg);
}

static void end_main(void)
{
    pthread_t last;

    pthread_key_create(&key, tell_end_of_main);
    pthread_setspecific(key, &key);
    pthread_create(&last, NULL, outlive_main, (void *)7l);
    pthread_exit(NULL);
}

int main(void)
{
    mutexes();
    conditions();
    own_data();
    meeting_points();
    cancellation();
    signals();
    robust_mutex();
    fork_in_thread();
    end_main();
}
