/* Finds the command and runs it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "help.h"
#include "json_memory.h"
#include "suggest.h"
#include "tlm.h"

static bool ignores_sigpipe(void)
{
    struct sigaction action;
    return sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/* True when standard output is a pipe that nobody reads any more. */
static bool lost_reader(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&out, 1, 0) == 1 && out.revents & POLLERR;
}

/* What a command printed has to have arrived. A reader that has seen enough ends it quietly: by
 * SIGPIPE, or, where that was ignored from the start, here. */
static int finish_stdout(int status, bool without_sigpipe)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    int why = errno;
    if (without_sigpipe && lost_reader())
        return status;
    fprintf(stderr, "tlm: standard output: %s\n", strerror(why));
    return status == EXIT_CLEAN ? EXIT_FAILED : status;
}

static int unknown_command(const char *name)
{
    struct suggest suggest;
    suggest_init(&suggest, name, strlen(name));
    for (size_t i = 0; commands[i]; i++)
        suggest_offer(&suggest, commands[i]->name);
    suggest_offer(&suggest, "help");
    if (suggest.best)
        return help_usage_error(NULL, "unknown command \"%s\"; did you mean %s?", name,
                                suggest.best);
    return help_usage_error(NULL, "unknown command \"%s\"", name);
}

/* command may be NULL. */
static int bad_options(const char *command, const struct opt_parse *parse)
{
    if (!parse->no_memory)
        return help_usage_error(command, "%s", parse->message);
    fprintf(stderr, "tlm%s%s: %s\n", command ? " " : "", command ? command : "", parse->message);
    return EXIT_FAILED;
}

static int run_command(const struct command *command, int argc, char **argv)
{
    int status = EXIT_FAILED;
    struct opt_parse parse = {.options = command->options, .operands = command->operands};
    parse.args = help_defaults(command);
    if (!parse.args) {
        fprintf(stderr, "tlm %s: %s\n", command->name, strerror(ENOMEM));
        return EXIT_FAILED;
    }
    switch (opt_parse(&parse, argc, argv)) {
    case OPT_OK:
        status = command->run(parse.args);
        if (status == EXIT_CLEAN && json_memory_was_out()) {
            fprintf(stderr, "tlm %s: out of memory: what was printed is not all\n", command->name);
            status = EXIT_FAILED;
        }
        break;
    case OPT_SHOW_HELP:
    case OPT_SHOW_VERSION:
        help_command(stdout, command);
        status = EXIT_CLEAN;
        break;
    case OPT_BAD:
        status = bad_options(command->name, &parse);
        break;
    }
    opt_release(&parse);
    free(parse.args);
    return status;
}

static int run_help(const char *name)
{
    if (!name || strcmp(name, "help") == 0) {
        help_program(stdout);
        return EXIT_CLEAN;
    }
    const struct command *command = command_find(name);
    if (!command)
        return unknown_command(name);
    help_command(stdout, command);
    return EXIT_CLEAN;
}

/* An option in the place of the command. */
static int run_program_option(char **argv)
{
    int status = EXIT_CLEAN;
    struct opt_parse parse = {.options = program.options};
    switch (opt_parse(&parse, 2, argv)) {
    case OPT_SHOW_VERSION:
        printf("tlm %s\n", tlm_version());
        break;
    case OPT_SHOW_HELP:
        help_program(stdout);
        break;
    case OPT_BAD:
        status = bad_options(NULL, &parse);
        break;
    case OPT_OK:
        status = help_usage_error(NULL, "there is no command");
        break;
    }
    opt_release(&parse);
    return status;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        help_program(stderr);
        return EXIT_USAGE;
    }
    const char *name = argv[1];
    if (name[0] == '-' && name[1] != '\0')
        return run_program_option(argv);
    if (strcmp(name, "help") == 0)
        return run_help(argc > 2 ? argv[2] : NULL);
    const struct command *command = command_find(name);
    return command ? run_command(command, argc - 1, argv + 1) : unknown_command(name);
}

/* A standard descriptor that is closed would be taken by the next file that is opened. Opened the
 * wrong way round, so that reading or writing it still fails, except for messages. */
static void occupy_descriptors(void)
{
    const int flags[] = {O_WRONLY, O_RDONLY, O_WRONLY};
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", flags[fd]) != fd)
            exit(EXIT_FAILED);
}

int main(int argc, char **argv)
{
    const bool without_sigpipe = ignores_sigpipe();
    occupy_descriptors();
    json_memory_watch();
    return finish_stdout(dispatch(argc, argv), without_sigpipe);
}
