/* A number among words: whole ones with all their digits, others with six. */
#ifndef NUMBER_TEXT_H
#define NUMBER_TEXT_H

#define NUMBER_TEXT 32

/* Returns out. */
char *number_text(char out[NUMBER_TEXT], double value);

#endif
