#include "hooks.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "words.h"

extern char **environ;

struct job {
    struct job *next;
    struct tlm_part part;
    char path[];
};

struct hooks {
    struct hooks_options options;
    char **words; /* of the command */
    pthread_t thread;
    bool thread_runs;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct job *first, **last;
    struct job *current; /* its command runs */
    bool finishing;
    bool failed;
    bool emit_dead;
};

/* ---- paths on standard output --------------------------------------------------------------- */

static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        struct pollfd ready = {.fd = fd, .events = POLLOUT};
        ssize_t written = write(fd, bytes, len);
        if (written < 0 && errno == EAGAIN)
            poll(&ready, 1, -1);
        else if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            bytes += written;
            len -= (size_t)written;
        }
    }
    return true;
}

static void emit(struct hooks *hooks, const char *path)
{
    if (hooks->emit_dead)
        return;
    char end = hooks->options.nul ? '\0' : '\n';
    if (write_all(STDOUT_FILENO, path, strlen(path)) && write_all(STDOUT_FILENO, &end, 1))
        return;
    fprintf(stderr, "tlm %s: standard output: %s; writing goes on without it\n",
            hooks->options.name, strerror(errno));
    hooks->emit_dead = true;
}

/* ---- the command ---------------------------------------------------------------------------- */

enum { VARIABLES = 7 };

/* The environment of the command: ours and the part's figures. NULL: memory is out. */
static char **make_environment(const struct job *job, char *texts[VARIABLES])
{
    const struct tlm_part *part = &job->part;
    int made = asprintf(&texts[0], "TLM_PART_PATH=%s", job->path) < 0;
    made |= asprintf(&texts[1], "TLM_PART_INDEX=%llu", (unsigned long long)part->index) < 0;
    made |= asprintf(&texts[2], "TLM_PART_POINTS=%llu", (unsigned long long)part->points) < 0;
    made |= asprintf(&texts[3], "TLM_PART_RECORDS=%llu", (unsigned long long)part->records) < 0;
    made |= asprintf(&texts[4], "TLM_PART_BYTES=%llu", (unsigned long long)part->bytes) < 0;
    made |= asprintf(&texts[5], "TLM_PART_FIRST_NS=%lld", (long long)part->first_ns) < 0;
    made |= asprintf(&texts[6], "TLM_PART_LAST_NS=%lld", (long long)part->last_ns) < 0;
    size_t n = 0;
    while (environ[n])
        n++;
    char **environment = made ? NULL : malloc((n + VARIABLES + 1) * sizeof *environment);
    if (!environment)
        return NULL;
    memcpy(environment, texts, VARIABLES * sizeof *texts);
    size_t kept = VARIABLES;
    for (size_t i = 0; i < n; i++)
        if (strncmp(environ[i], "TLM_PART_", strlen("TLM_PART_")) != 0)
            environment[kept++] = environ[i];
    environment[kept] = NULL;
    return environment;
}

static int spawn(struct hooks *hooks, char **environment, pid_t *pid)
{
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGXFSZ);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_init(&actions);
    /* What it prints must not land in our data, and it must not eat our input. */
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    int failed =
        posix_spawnp(pid, hooks->words[0], &actions, &attributes, hooks->words, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failed;
}

static bool run_command(struct hooks *hooks, const struct job *job)
{
    char *texts[VARIABLES] = {NULL};
    char **environment = make_environment(job, texts);
    pid_t pid;
    int status = 0, failed = environment ? spawn(hooks, environment, &pid) : ENOMEM;
    for (size_t i = 0; i < VARIABLES; i++)
        free(texts[i]);
    free(environment);
    if (failed) {
        fprintf(stderr, "tlm %s: --on-close %s: %s\n", hooks->options.name, hooks->words[0],
                strerror(failed));
        return false;
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    fprintf(stderr, "tlm %s: --on-close %s for %s: %s %d\n", hooks->options.name, hooks->words[0],
            job->path, WIFEXITED(status) ? "ended with status" : "was killed by signal",
            WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    return false;
}

static void *run_jobs(void *argument)
{
    struct hooks *hooks = argument;
    pthread_mutex_lock(&hooks->lock);
    for (;;) {
        struct job *job = hooks->first;
        if (!job && hooks->finishing)
            break;
        if (!job) {
            pthread_cond_wait(&hooks->changed, &hooks->lock);
            continue;
        }
        hooks->current = job;
        hooks->first = job->next;
        if (!hooks->first)
            hooks->last = &hooks->first;
        pthread_mutex_unlock(&hooks->lock);
        bool ended_well = run_command(hooks, job);
        pthread_mutex_lock(&hooks->lock);
        hooks->current = NULL;
        free(job);
        hooks->failed = hooks->failed || !ended_well;
    }
    pthread_mutex_unlock(&hooks->lock);
    return NULL;
}

/* ---- the interface -------------------------------------------------------------------------- */

static bool start_thread(struct hooks *hooks)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    hooks->thread_runs = pthread_create(&hooks->thread, NULL, run_jobs, hooks) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return hooks->thread_runs;
}

struct hooks *hooks_start(const struct hooks_options *options)
{
    static const char no_memory[] = "out of memory";
    const char *why = no_memory;
    struct hooks *hooks = calloc(1, sizeof *hooks);
    if (hooks) {
        hooks->options = *options;
        hooks->last = &hooks->first;
        pthread_mutex_init(&hooks->lock, NULL);
        pthread_cond_init(&hooks->changed, NULL);
        if (options->command)
            hooks->words = words_split(options->command, &why);
        if (!options->command || (hooks->words && start_thread(hooks)))
            return hooks;
        free(hooks->words);
        free(hooks);
    }
    fprintf(stderr, "tlm %s: --on-close: %s\n", options->name, why);
    errno = strcmp(why, no_memory) == 0 ? ENOMEM : EINVAL;
    return NULL;
}

void hooks_part(struct hooks *hooks, const struct tlm_part *part)
{
    if (hooks->options.emit)
        emit(hooks, part->path);
    if (!hooks->options.command)
        return;
    size_t len = strlen(part->path) + 1;
    struct job *job = malloc(sizeof *job + len);
    pthread_mutex_lock(&hooks->lock);
    if (job) {
        job->next = NULL;
        job->part = *part;
        memcpy(job->path, part->path, len);
        *hooks->last = job;
        hooks->last = &job->next;
    } else {
        hooks->failed = true;
    }
    pthread_cond_signal(&hooks->changed);
    pthread_mutex_unlock(&hooks->lock);
}

bool hooks_pending(struct hooks *hooks, const char *path)
{
    if (!hooks)
        return false;
    pthread_mutex_lock(&hooks->lock);
    bool pending = hooks->current && strcmp(hooks->current->path, path) == 0;
    for (const struct job *job = hooks->first; job && !pending; job = job->next)
        pending = strcmp(job->path, path) == 0;
    pthread_mutex_unlock(&hooks->lock);
    return pending;
}

bool hooks_finish(struct hooks *hooks)
{
    if (!hooks)
        return true;
    if (hooks->thread_runs) {
        pthread_mutex_lock(&hooks->lock);
        hooks->finishing = true;
        pthread_cond_signal(&hooks->changed);
        pthread_mutex_unlock(&hooks->lock);
        pthread_join(hooks->thread, NULL);
    }
    bool all_well = !hooks->failed && !hooks->emit_dead;
    free(hooks->words);
    pthread_mutex_destroy(&hooks->lock);
    pthread_cond_destroy(&hooks->changed);
    free(hooks);
    return all_well;
}
