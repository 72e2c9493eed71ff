#include "words.h"

#include <stdlib.h>
#include <string.h>

/* Copies one word without its quotes; *out moves behind its NUL. Returns the rest of the text, or
 * NULL when a quote is not closed. */
static const char *take_word(const char *text, char **out)
{
    char quote = 0;
    for (; *text && (quote || !strchr(" \t\n", *text)); text++) {
        if (quote ? *text == quote : *text == '\'' || *text == '"')
            quote = quote ? 0 : *text;
        else if (*text == '\\' && quote != '\'' && text[1])
            *(*out)++ = *++text;
        else
            *(*out)++ = *text;
    }
    *(*out)++ = '\0';
    return quote ? NULL : text;
}

char **words_split(const char *text, const char **why)
{
    size_t len = strlen(text), most = len / 2 + 2, n = 0;
    char **words = malloc(most * sizeof *words + len + 2);
    *why = "out of memory";
    if (!words)
        return NULL;
    char *out = (char *)(words + most);
    for (text += strspn(text, " \t\n"); *text; text += strspn(text, " \t\n")) {
        words[n++] = out;
        text = take_word(text, &out);
        if (!text) {
            *why = "a quote is not closed";
            free(words);
            return NULL;
        }
    }
    words[n] = NULL;
    if (n)
        return words;
    *why = "it is empty";
    free(words);
    return NULL;
}
