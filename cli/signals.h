/* Signals of a long run, turned into something that poll can wait for. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>

struct signals_seen {
    bool hup, usr1;
};

/* From now on: TERM and the first INT are remembered (a second INT ends the process at once), HUP
 * and USR1 too, PIPE and XFSZ are ignored. False: errno says why. */
bool signals_start(void);
/* HUP is remembered even where the program was started with it ignored, as by nohup. */
bool signals_want_hup(void);
/* Readable when a signal came. */
int signals_fd(void);
/* What came since the last call. */
struct signals_seen signals_take(void);
/* The signal that asked the program to stop, or 0. */
int signals_stop(void);
/* Ends the process by that signal, as if it had never been caught. */
void signals_die(int signal_number);

#endif
