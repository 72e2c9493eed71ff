#include "color.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct opt_choice color_words[] = {
    {"auto", COLOR_AUTO, false},
    {"always", COLOR_ALWAYS, false},
    {"never", COLOR_NEVER, false},
    {NULL, 0, false},
};

bool color_wanted(enum color_when when, FILE *out)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    switch (when) {
    case COLOR_ALWAYS:
        return true;
    case COLOR_NEVER:
        return false;
    case COLOR_AUTO:
        break;
    }
    return !(no && *no) && !(term && strcmp(term, "dumb") == 0) && isatty(fileno(out));
}

const char *color_begin(bool on, enum color_role role)
{
    static const char *const codes[] = {
        [COLOR_PLAIN] = "",           [COLOR_TITLE] = "\033[1m",  [COLOR_NAME] = "\033[36m",
        [COLOR_FAINT] = "\033[2m",    [COLOR_DRAWN] = "\033[32m", [COLOR_NOTICE] = "\033[33m",
        [COLOR_WRONG] = "\033[1;31m",
    };
    return on ? codes[role] : "";
}

const char *color_end(bool on, enum color_role role)
{
    return on && role != COLOR_PLAIN ? "\033[0m" : "";
}
