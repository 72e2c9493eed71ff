/* Timestamps as text. */
#ifndef CAT_TIME_H
#define CAT_TIME_H

#include <stddef.h>
#include <stdint.h>

enum cat_time_format { CAT_TIME_RFC3339, CAT_TIME_S, CAT_TIME_MS, CAT_TIME_US, CAT_TIME_NS };

/* Room for any timestamp; a little more than that may be written. */
#define CAT_TIME_TEXT 40

/* Remembers the last date and second, since most times are near the one before. */
struct cat_time {
    enum cat_time_format format;
    int64_t day, second; /* of the text, since 1970 */
    char text[24];       /* 2026-03-01T12:00:00 */
};

void cat_time_init(struct cat_time *time, enum cat_time_format format);
/* Writes the text of ns since 1970 and returns its length. Nothing of it is ever lost: where a
 * fraction is needed it has 3, 6 or 9 digits. */
size_t cat_time_text(struct cat_time *time, int64_t ns, char out[CAT_TIME_TEXT]);

#endif
