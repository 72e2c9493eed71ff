/* Dates and times in a format of the user's, as strptime(3) reads them, with two differences:
 * fractions of a second (%f), and English names whatever the locale. */
#ifndef TLM_ROWS_STRPTIME_H
#define TLM_ROWS_STRPTIME_H

#include <stddef.h>

#include "rows/civil.h"
#include "tlm.h"

/* Checks a format. TLM_ARGUMENT names the conversion that is unknown, or what is missing to make a
 * date: it needs %s, or a year and a month and day, or a year and %j; and %I or %l need %p.
 *
 *   %Y year (1 to 4 digits)  %y (2 digits, 69 is 1969)  %m %d %e  %j day of year (wins)
 *   %b %B %h month name, short or full  %a %A weekday name (read and ignored)
 *   %H %k  %I %l (1 to 12)  %p AM or PM  %M  %S  %f fraction: 1 to 9 digits, and zeros after them
 *   %z Z, +hh:mm, +hhmm, +hh  %Z Z, UTC, GMT  %s seconds since 1970
 *   %F %Y-%m-%d  %D %m/%d/%y  %T %H:%M:%S  %R %H:%M  %n %t blanks  %% a percent sign
 *
 * Numbers may have fewer digits than shown, and blanks before them; names are matched in any case.
 * A blank in the format matches any run of blanks, also none; anything else matches itself. */
enum tlm_code tlm__strptime_check(const char *format, struct tlm_error *error);

/* Reads all of text. False: *why is a static reason. The format has passed the check. */
bool tlm__strptime_read(const char *format, const char *text, size_t len, struct tlm_civil *civil,
                        const char **why);

#endif
