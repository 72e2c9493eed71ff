/* Asking a running writer to finish its part now, by the pidfile that it keeps. */
#ifndef CUT_SIGNAL_H
#define CUT_SIGNAL_H

#include <stdint.h>

/* Sends SIGHUP to the writer of `tlm write --pidfile PIDFILE`, waits until it has cut, and prints
 * the absolute path of the part, which is published then, on stdout. When there was nothing to cut,
 * says so and prints none. Everything that the writer had read before the call is in this part or
 * in earlier ones. Messages begin with "tlm COMMAND: ". Returns EXIT_CLEAN in both cases, else
 * EXIT_FAILED: no writer lives or it ended meanwhile, its output has one name only, it failed, or
 * it did not answer within timeout_ns. */
int cut_signal(const char *pidfile, uint64_t timeout_ns, const char *command);

#endif
