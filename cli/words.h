/* A command line in one text to words: blanks separate, '...' and "..." and \ quote. */
#ifndef WORDS_H
#define WORDS_H

/* A NULL-terminated array in one piece of memory that free() releases; NULL: memory is out or a
 * quote is not closed, or there is no word (*why says which). */
char **words_split(const char *text, const char **why);

#endif
