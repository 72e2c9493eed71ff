/* Text from files on a terminal: what it may contain, how wide it is. UTF-8 whatever the locale
 * says. */
#ifndef SCREEN_TEXT_H
#define SCREEN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* A copy that is safe to print on one line: control characters, those that change the direction of
 * writing, and what is no UTF-8 have become "?". The caller frees; NULL when memory is out. */
char *screen_text_clean(const char *text, size_t len);
/* Columns that clean text takes. */
size_t screen_text_width(const char *text);
enum screen_text_end { SCREEN_TEXT_CUT_END, SCREEN_TEXT_CUT_MIDDLE };
/* Makes clean text at most `width` columns wide; an ellipsis ("~" in ASCII) stands for what is
 * missing. *text is replaced; false when memory is out. */
bool screen_text_cut(char **text, size_t width, enum screen_text_end where, bool ascii);

#endif
