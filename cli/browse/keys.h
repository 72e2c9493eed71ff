/* Keys: characters are themselves, others lie above all characters. */
#ifndef KEYS_H
#define KEYS_H

enum {
    KEYS_NONE = 0, /* none was pressed */
    KEYS_ENTER = '\n',
    KEYS_ESCAPE = 27,
    KEYS_ERASE = 127,
    KEYS_UP = 0x110000,
    KEYS_DOWN,
    KEYS_LEFT,
    KEYS_RIGHT,
    KEYS_PAGE_UP,
    KEYS_PAGE_DOWN,
    KEYS_HOME,
    KEYS_END,
    KEYS_REDRAW, /* the size changed, or the screen was lost */
    KEYS_GONE,   /* there is no terminal any more */
    KEYS_OTHER
};

#endif
