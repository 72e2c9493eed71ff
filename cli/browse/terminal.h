/* The terminal in full-screen mode. However the program ends, by a signal or a crash too, the
 * terminal is put back as it was. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "plot/canvas.h"

/* Standard input and output have to be terminals that can address the cursor. False: why says what
 * is missing; nothing has changed. */
bool terminal_open(bool color, char *why, size_t size);
/* Safe to call twice. */
void terminal_close(void);
/* True when text other than ASCII arrives as it is; to be asked after terminal_open. */
bool terminal_has_unicode(void);

void terminal_size(int *rows, int *columns);
void terminal_show(const struct canvas *canvas);
/* The next key (see keys.h), KEYS_NONE after timeout_ms without one; -1 waits for ever. */
int terminal_key(int timeout_ms);

#endif
