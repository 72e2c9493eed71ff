/* The file by which others find a running writer, and its answers to SIGHUP.
 *
 * PIDFILE holds the process id and a newline. It is locked (flock) as long as the process lives, so
 * one that a dead process left is known by being unlocked. It gets its name only once it is written
 * and locked: whoever finds it locked reads the id of the one who holds the lock.
 *
 * PIDFILE.cut beside it is only appended to. Each record is a letter, a blank, the number of the
 * cut, perhaps a blank and a text, and a NUL: PIDFILE_BEGUN before the writer cuts, another one
 * after it. So who saw the number N before a signal has the answer in the first record of another
 * kind with a larger number: that cut began later. A file that grew too long is replaced by a new
 * one, which goes on with the next number. */
#ifndef PIDFILE_H
#define PIDFILE_H

#include <stdbool.h>
#include <stddef.h>

enum pidfile_record {
    PIDFILE_BEGUN = 'b',
    PIDFILE_CUT = 'c',      /* text: absolute path of the part, which is published */
    PIDFILE_NOTHING = 'n',  /* there was no point since the last part */
    PIDFILE_ONE_NAME = 'o', /* the output cannot be cut */
    PIDFILE_FAILED = 'f'    /* text: the error */
};

struct pidfile;

/* Claims the file for this process. NULL: said why on stderr, for `tlm write`; another process
 * that has it is named. */
struct pidfile *pidfile_claim(const char *path);
/* For each signal, in this order; NULL is fine. text may be NULL. */
void pidfile_cut_begins(struct pidfile *pidfile);
void pidfile_cut_ended(struct pidfile *pidfile, enum pidfile_record how, const char *text);
/* Removes both files. The lock stays until the process ends. NULL is fine. */
void pidfile_remove(struct pidfile *pidfile);

/* ---- for those who ask ---------------------------------------------------------------------- */

#define PIDFILE_CUT_SUFFIX ".cut"

/* Whether the process that made the open file still holds its lock. */
bool pidfile_is_held(int fd);
/* The id in the open file; 0: it holds none, -1: what it holds is no process id. */
long pidfile_read(int fd);

#endif
