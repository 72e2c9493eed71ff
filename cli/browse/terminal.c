#include "browse/terminal.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "browse/keys.h"

#undef columns /* term.h has these and hundreds more as macros */
#undef lines

#define ESCAPE_WAIT_MS 50 /* until ESC is taken for the key of that name */
#define SEQUENCE 128

/* Bytes that change a mode of the terminal. */
struct sequence {
    char bytes[SEQUENCE];
    size_t len;
};

/* Handlers have nothing but globals to talk to: all they need is made before they are installed. */
static struct termios shell_mode, screen_mode;
static struct sequence leave, enter;
static struct sigaction before[NSIG];
static pthread_t owner; /* the thread that draws */
static int wake_pipe[2] = {-1, -1};
static volatile sig_atomic_t is_on, continued;

static SCREEN *screen;
static bool has_color, has_unicode;

/* ---- sequences ------------------------------------------------------------------------------ */

/* Adds a capability without its padding ("$<5>"), which no terminal of today needs. */
static void add_capability(struct sequence *sequence, const char *name)
{
    const char *text = tigetstr((NCURSES_CONST char *)name);
    if (!text || text == (const char *)-1)
        return;
    while (*text && sequence->len < SEQUENCE) {
        if (text[0] == '$' && text[1] == '<' && strchr(text, '>'))
            text = strchr(text, '>') + 1;
        else
            sequence->bytes[sequence->len++] = *text++;
    }
}

static void make_sequences(void)
{
    static const char *const leaving[] = {"sgr0", "op", "rmkx", "cnorm", "rmcup"};
    static const char *const entering[] = {"smcup", "smkx", "civis"};
    leave.len = enter.len = 0;
    for (size_t i = 0; i < sizeof leaving / sizeof leaving[0]; i++)
        add_capability(&leave, leaving[i]);
    for (size_t i = 0; i < sizeof entering / sizeof entering[0]; i++)
        add_capability(&enter, entering[i]);
}

/* ---- handlers: nothing here but what is safe in one -------------------------------------------
 */

static void send(const struct sequence *sequence)
{
    for (size_t at = 0; at < sequence->len;) {
        ssize_t n = write(STDOUT_FILENO, sequence->bytes + at, sequence->len - at);
        if (n < 0 && errno != EINTR)
            return;
        at += n > 0 ? (size_t)n : 0;
    }
}

static void set_mode(const struct termios *mode)
{
    while (tcsetattr(STDIN_FILENO, TCSANOW, mode) < 0 && errno == EINTR) {
    }
}

static void put_back(void)
{
    if (!is_on)
        return;
    is_on = 0;
    send(&leave);
    set_mode(&shell_mode);
}

static void take_again(void)
{
    set_mode(&screen_mode);
    send(&enter);
    is_on = 1;
    continued = 1;
}

static void wake(void)
{
    ssize_t n = write(wake_pipe[1], "", 1);
    (void)n;
}

/* The thread that draws could still draw after another one has put the terminal back. */
static bool passed_on(int number)
{
    if (pthread_equal(pthread_self(), owner))
        return false;
    pthread_kill(owner, number);
    return true;
}

/* The signal comes again when this returns, to whoever it was meant for before. */
static void on_end(int number)
{
    int saved = errno;
    put_back();
    sigaction(number, &before[number], NULL);
    raise(number);
    errno = saved;
}

static void on_stop(int number)
{
    int saved = errno;
    if (!passed_on(number))
        on_end(number);
    errno = saved;
}

static void catch (int number, void (*handler)(int));

static void on_suspend(int number)
{
    int saved = errno;
    sigset_t set, masked;
    if (passed_on(number))
        return;
    put_back();
    sigaction(number, &before[number], NULL);
    sigemptyset(&set);
    sigaddset(&set, number);
    raise(number);
    sigprocmask(SIG_UNBLOCK, &set, &masked); /* stops here */
    sigprocmask(SIG_SETMASK, &masked, NULL);
    catch (number, on_suspend);
    take_again();
    wake();
    errno = saved;
}

/* After SIGSTOP, which cannot be caught. */
static void on_continue(int number)
{
    int saved = errno;
    (void)number;
    if (is_on) {
        take_again();
        wake();
    }
    errno = saved;
}

static void on_resize(int number)
{
    int saved = errno;
    (void)number;
    wake();
    errno = saved;
}

static void catch (int number, void (*handler)(int))
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

/* ---- catching ------------------------------------------------------------------------------- */

static const struct {
    int number;
    void (*handler)(int);
} caught[] = {
    {SIGSEGV, on_end},     {SIGBUS, on_end},       {SIGFPE, on_end},      {SIGILL, on_end},
    {SIGABRT, on_end},     {SIGSYS, on_end},       {SIGTERM, on_stop},    {SIGINT, on_stop},
    {SIGHUP, on_stop},     {SIGQUIT, on_stop},     {SIGALRM, on_stop},    {SIGUSR1, on_stop},
    {SIGUSR2, on_stop},    {SIGPIPE, on_stop},     {SIGXCPU, on_stop},    {SIGXFSZ, on_stop},
    {SIGTSTP, on_suspend}, {SIGCONT, on_continue}, {SIGWINCH, on_resize},
};
#define N_CAUGHT (sizeof caught / sizeof caught[0])

/* What is ignored from the start, as under nohup, stays so. */
static void catch_all(void)
{
    for (size_t i = 0; i < N_CAUGHT; i++) {
        sigaction(caught[i].number, NULL, &before[caught[i].number]);
        if (before[caught[i].number].sa_handler != SIG_IGN)
            catch (caught[i].number, caught[i].handler);
    }
}

static void release_all(void)
{
    for (size_t i = 0; i < N_CAUGHT; i++)
        sigaction(caught[i].number, &before[caught[i].number], NULL);
}

/* A stack of its own for the handler, for when the other one has run over. */
static void *spare_stack(void)
{
    stack_t stack = {.ss_size = (size_t)64 * 1024};
    stack_t now;
    if (sigaltstack(NULL, &now) == 0 && !(now.ss_flags & SS_DISABLE))
        return NULL; /* somebody made one already */
    stack.ss_sp = malloc(stack.ss_size);
    if (stack.ss_sp && sigaltstack(&stack, NULL) < 0) {
        free(stack.ss_sp);
        return NULL;
    }
    return stack.ss_sp;
}

/* ---- opening -------------------------------------------------------------------------------- */

/* Terminals understand UTF-8 also where nobody has said which language is spoken. */
static void choose_charset(void)
{
    const char *name = setlocale(LC_CTYPE, "");
    if (!name || strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0)
        setlocale(LC_CTYPE, "C.UTF-8");
    has_unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void choose_modes(bool color)
{
    cbreak();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    set_escdelay(ESCAPE_WAIT_MS);
    curs_set(0);
    leaveok(stdscr, TRUE);
    has_color = color && has_colors() && start_color() == OK && use_default_colors() == OK;
    if (has_color) {
        init_pair(1, COLOR_GREEN, -1);
        init_pair(2, COLOR_YELLOW, -1);
        init_pair(3, COLOR_RED, -1);
        init_pair(4, COLOR_CYAN, -1);
    }
}

/* True when the size is another one. */
static bool refit(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_row || !size.ws_col)
        return false;
    if (size.ws_row == LINES && size.ws_col == COLS)
        return false;
    resizeterm(size.ws_row, size.ws_col);
    return true;
}

/* Asked first, since newterm does not clean up behind itself where it fails. */
static bool can_move_cursor(const char *name)
{
    int known = ERR;
    if (setupterm(name, STDOUT_FILENO, &known) != OK)
        return false;
    const char *moves = tigetstr((NCURSES_CONST char *)"cup");
    bool can = moves && moves != (const char *)-1;
    del_curterm(cur_term);
    return can;
}

static bool open_screen(char *why, size_t size)
{
    const char *name = getenv("TERM");
    if (can_move_cursor(name && *name ? name : "unknown"))
        screen = newterm(NULL, stdout, stdin);
    if (!screen)
        snprintf(why, size, "a terminal of type \"%.60s\" cannot show full screens",
                 name ? name : "");
    return screen;
}

bool terminal_open(bool color, char *why, size_t size)
{
    static bool at_exit;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        snprintf(why, size, "standard %s is not a terminal",
                 isatty(STDIN_FILENO) ? "output" : "input");
        return false;
    }
    if (tcgetattr(STDIN_FILENO, &shell_mode) < 0 || pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) < 0) {
        snprintf(why, size, "%s", strerror(errno));
        return false;
    }
    choose_charset();
    owner = pthread_self();
    spare_stack();
    catch_all(); /* before ncurses would */
    if (!open_screen(why, size)) {
        release_all();
        return false;
    }
    make_sequences();
    is_on = 1;
    choose_modes(color);
    refit();
    tcgetattr(STDIN_FILENO, &screen_mode);
    if (!at_exit)
        at_exit = atexit(terminal_close) == 0;
    return true;
}

void terminal_close(void)
{
    if (!is_on)
        return;
    curs_set(1);
    endwin();
    is_on = 0;
    set_mode(&shell_mode);
    release_all();
}

bool terminal_has_unicode(void)
{
    return has_unicode;
}

/* ---- showing -------------------------------------------------------------------------------- */

static attr_t look_of(enum canvas_style style)
{
    static const attr_t plain[CANVAS_STYLES] = {
        [CANVAS_FAINT] = A_DIM,  [CANVAS_HEADING] = A_BOLD, [CANVAS_NOTICE] = A_BOLD,
        [CANVAS_WRONG] = A_BOLD, [CANVAS_BAR] = A_REVERSE,  [CANVAS_SELECTED] = A_REVERSE | A_BOLD,
    };
    static const short pairs[CANVAS_STYLES] = {
        [CANVAS_CURVE] = 1,
        [CANVAS_NOTICE] = 2,
        [CANVAS_WRONG] = 3,
        [CANVAS_HEADING] = 4,
    };
    return plain[style] | (has_color ? (attr_t)COLOR_PAIR(pairs[style]) : 0);
}

void terminal_size(int *rows, int *columns)
{
    *rows = LINES;
    *columns = COLS;
}

/* Each cell at its place, since the terminal may think otherwise of how wide a character is. */
void terminal_show(const struct canvas *canvas)
{
    erase();
    for (int row = 0; row < canvas->rows && row < LINES; row++)
        for (int column = 0; column < canvas->columns && column < COLS; column++) {
            const struct canvas_cell *cell =
                &canvas->cells[(size_t)row * (size_t)canvas->columns + (size_t)column];
            if (!*cell->text || (cell->style == CANVAS_PLAIN && strcmp(cell->text, " ") == 0))
                continue;
            (void)attrset((int)look_of((enum canvas_style)cell->style));
            (void)mvaddstr(row, column, cell->text);
        }
    (void)attrset(A_NORMAL);
    refresh();
}

/* ---- keys ----------------------------------------------------------------------------------- */

static int special_key(wint_t key)
{
    static const struct {
        int from, to;
    } keys[] = {
        {KEY_UP, KEYS_UP},           {KEY_DOWN, KEYS_DOWN},     {KEY_LEFT, KEYS_LEFT},
        {KEY_RIGHT, KEYS_RIGHT},     {KEY_PPAGE, KEYS_PAGE_UP}, {KEY_NPAGE, KEYS_PAGE_DOWN},
        {KEY_HOME, KEYS_HOME},       {KEY_END, KEYS_END},       {KEY_ENTER, KEYS_ENTER},
        {KEY_BACKSPACE, KEYS_ERASE}, {KEY_RESIZE, KEYS_REDRAW},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if ((wint_t)keys[i].from == key)
            return keys[i].to;
    return KEYS_OTHER;
}

static int character_key(wint_t key)
{
    if (key == '\r')
        return KEYS_ENTER;
    if (key == '\b')
        return KEYS_ERASE;
    if (key == 'L' - '@') {
        clearok(curscr, TRUE);
        return KEYS_REDRAW;
    }
    return key ? (int)key : KEYS_OTHER;
}

/* A key that is there already. */
static int key_at_hand(void)
{
    wint_t key;
    wtimeout(stdscr, 0);
    switch (get_wch(&key)) {
    case OK:
        return character_key(key);
    case KEY_CODE_YES:
        return special_key(key);
    default:
        return KEYS_NONE;
    }
}

/* What handlers have left to do. */
static bool take_wake(void)
{
    char drained[64];
    while (read(wake_pipe[0], drained, sizeof drained) > 0) {
    }
    bool again = continued;
    continued = 0;
    if (again)
        clearok(curscr, TRUE);
    return refit() || again;
}

int terminal_key(int timeout_ms)
{
    struct pollfd fds[] = {{STDIN_FILENO, POLLIN, 0}, {wake_pipe[0], POLLIN, 0}};
    for (unsigned empty = 0;;) {
        if (take_wake())
            return KEYS_REDRAW;
        int key = key_at_hand();
        if (key != KEYS_NONE)
            return key;
        /* readable without a key in it, again and again: this is the end of input */
        if ((fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) || empty > 8)
            return KEYS_GONE;
        int n = poll(fds, 2, timeout_ms);
        if (n == 0 || (n < 0 && errno != EINTR))
            return KEYS_NONE;
        if (n < 0)
            fds[0].revents = 0;
        empty = n > 0 && (fds[0].revents & POLLIN) ? empty + 1 : 0;
    }
}
