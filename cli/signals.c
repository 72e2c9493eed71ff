#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Handlers have nothing but globals to talk to. */
static int wake_pipe[2] = {-1, -1};
static volatile sig_atomic_t stop_signal, hup_seen, usr1_seen;

static void on_signal(int number)
{
    int saved = errno;
    if (number == SIGHUP)
        hup_seen = 1;
    else if (number == SIGUSR1)
        usr1_seen = 1;
    else if (!stop_signal)
        stop_signal = number;
    ssize_t written = write(wake_pipe[1], "", 1);
    (void)written;
    errno = saved;
}

static bool catch_always(int number, int flags)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART | flags;
    sigemptyset(&action.sa_mask);
    return sigaction(number, &action, NULL) == 0;
}

static bool catch_signal(int number, int flags)
{
    struct sigaction before;
    if (sigaction(number, NULL, &before) < 0)
        return false;
    /* nohup and job control start programs with signals ignored: that stays. */
    if (before.sa_handler == SIG_IGN)
        return true;
    return catch_always(number, flags);
}

bool signals_start(void)
{
    if (pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) < 0)
        return false;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return catch_signal(SIGTERM, 0) && catch_signal(SIGINT, (int)SA_RESETHAND) &&
           catch_signal(SIGHUP, 0) && catch_signal(SIGUSR1, 0);
}

bool signals_want_hup(void)
{
    return catch_always(SIGHUP, 0);
}

int signals_fd(void)
{
    return wake_pipe[0];
}

struct signals_seen signals_take(void)
{
    char drained[64];
    while (read(wake_pipe[0], drained, sizeof drained) > 0) {
    }
    struct signals_seen seen = {.hup = hup_seen != 0, .usr1 = usr1_seen != 0};
    hup_seen = 0;
    usr1_seen = 0;
    return seen;
}

int signals_stop(void)
{
    return stop_signal;
}

void signals_die(int number)
{
    struct sigaction action;
    sigset_t set;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
    sigemptyset(&set);
    sigaddset(&set, number);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    raise(number);
}
