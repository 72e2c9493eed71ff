#include "completions.h"

#include <string.h>

#include "commands.h"
#include "help.h"

#define NOTE "# Generated from the table of commands (scripts/docs): do not edit.\n"

static bool takes_value(const struct opt *opt)
{
    return opt->value || opt->choices;
}

static bool is_repeatable(const struct opt *opt)
{
    return opt->kind == OPT_LIST || opt->kind == OPT_PAIRS;
}

static void put_choices(FILE *out, const struct opt *opt)
{
    const char *space = "";
    for (const struct opt_choice *choice = opt->choices; choice->word; choice++) {
        if (choice->alias)
            continue;
        fprintf(out, "%s%s", space, choice->word);
        space = " ";
    }
}

/* Text inside single quotes; each character of `special` gets a backslash. */
static void put_quoted(FILE *out, const char *text, const char *special, const char *quote)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs(quote, out);
        else
            fprintf(out, "%s%c", strchr(special, *text) ? "\\" : "", *text);
    }
}

/* ---- bash ----------------------------------------------------------------------------------- */

static void bash_options(FILE *out, const struct command *command, const char *pattern)
{
    const char *space = "";
    fprintf(out, "    %s) echo '", pattern);
    for (const struct opt *opt = command->options; opt->kind != OPT_END; opt++) {
        if (opt->kind == OPT_GROUP)
            continue;
        if (opt->letter)
            fprintf(out, "%s-%c", space, opt->letter);
        fprintf(out, "%s--%s", opt->letter ? " " : space, opt->name);
        space = " ";
    }
    fputs("' ;;\n", out);
}

static void bash_values(FILE *out, const struct command *command)
{
    for (const struct opt *opt = command->options; opt->kind != OPT_END; opt++) {
        if (opt->kind == OPT_GROUP || !takes_value(opt))
            continue;
        fputs("    ", out);
        if (opt->letter)
            fprintf(out, "%s:-%c | ", command->name, opt->letter);
        if (!opt->optional)
            fprintf(out, "%s:--%s | ", command->name, opt->name);
        fprintf(out, "%s:--%s=) echo '", command->name, opt->name);
        if (opt->file)
            fputs("@file", out);
        else if (opt->choices)
            put_choices(out, opt);
        else
            fputs("@text", out);
        fputs("' ;;\n", out);
    }
}

static const char bash_head[] = "# Completion of tlm for bash.\n" NOTE "\n"
                                "# The options of a command.\n"
                                "_tlm_options()\n"
                                "{\n"
                                "    case $1 in\n";

static const char bash_middle[] =
    "    esac\n"
    "}\n"
    "\n"
    "# What follows an option (with '=' when it was typed): words, @file or @text; nothing when\n"
    "# the option takes no value.\n"
    "_tlm_values()\n"
    "{\n"
    "    case $1:$2 in\n";

static const char bash_tail[] =
    "\n"
    "_tlm_files()\n"
    "{\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t COMPREPLY < <(compgen -f -- \"$1\")\n"
    "}\n"
    "\n"
    "_tlm_words()\n"
    "{\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$2\")\n"
    "}\n"
    "\n"
    "_tlm()\n"
    "{\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    local command=${COMP_WORDS[1]} values i\n"
    "    COMPREPLY=()\n"
    "    # Bash takes --option=value for three words.\n"
    "    if [[ $cur == '=' ]]; then\n"
    "        option=$option= cur=\n"
    "    elif [[ $option == '=' ]]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD - 2]}=\n"
    "    fi\n"
    "    if ((COMP_CWORD == 1)); then\n"
    "        _tlm_words \"$_tlm_commands help $(_tlm_options '')\" \"$cur\"\n"
    "        return\n"
    "    elif [[ $command == help ]]; then\n"
    "        _tlm_words \"$_tlm_commands\" \"$cur\"\n"
    "        return\n"
    "    fi\n"
    "    for ((i = 2; i < COMP_CWORD; i++)); do\n"
    "        if [[ ${COMP_WORDS[i]} == -- ]]; then\n"
    "            _tlm_files \"$cur\"\n"
    "            return\n"
    "        fi\n"
    "    done\n"
    "    values=$(_tlm_values \"$command\" \"$option\")\n"
    "    case $values in\n"
    "    @file) _tlm_files \"$cur\" ;;\n"
    "    @text) ;;\n"
    "    ?*) _tlm_words \"$values\" \"$cur\" ;;\n"
    "    *)\n"
    "        if [[ $cur == -* ]]; then\n"
    "            _tlm_words \"$(_tlm_options \"$command\")\" \"$cur\"\n"
    "        else\n"
    "            _tlm_files \"$cur\"\n"
    "        fi\n"
    "        ;;\n"
    "    esac\n"
    "}\n"
    "\n"
    "complete -F _tlm tlm\n";

static void print_bash(FILE *out)
{
    fputs(bash_head, out);
    for (size_t i = 0; commands[i]; i++)
        bash_options(out, commands[i], commands[i]->name);
    bash_options(out, &program, "''");
    fputs(bash_middle, out);
    for (size_t i = 0; commands[i]; i++)
        bash_values(out, commands[i]);
    fputs("    esac\n}\n\n_tlm_commands='", out);
    for (size_t i = 0; commands[i]; i++)
        fprintf(out, "%s%s", i ? " " : "", commands[i]->name);
    fputs("'\n", out);
    fputs(bash_tail, out);
}

/* ---- zsh ------------------------------------------------------------------------------------ */

static void zsh_option(FILE *out, const struct opt *opt)
{
    char value[HELP_TEXT];
    const char *suffix = opt->optional ? "=-" : takes_value(opt) ? "=" : "";
    fputs("        ", out);
    if (is_repeatable(opt))
        fputs("\\*", out);
    else if (opt->letter)
        fprintf(out, "'(-%c --%s)'", opt->letter, opt->name);
    if (opt->letter)
        fprintf(out, "{-%c%s,--%s%s}'[", opt->letter, takes_value(opt) ? "+" : "", opt->name,
                suffix);
    else
        fprintf(out, "'--%s%s[", opt->name, suffix);
    put_quoted(out, opt->help, "[]:\\", "'\\''");
    fputc(']', out);
    if (takes_value(opt)) {
        fputs(opt->optional ? "::" : ":", out);
        put_quoted(out, opt->value ? help_value(opt, value) : opt->name, ":\\", "'\\''");
        fputc(':', out);
        if (opt->file)
            fputs("_files", out);
        else if (opt->choices) {
            fputc('(', out);
            put_choices(out, opt);
            fputc(')', out);
        }
    }
    fputc('\'', out);
}

static void zsh_options(FILE *out, const struct command *command)
{
    for (const struct opt *opt = command->options; opt->kind != OPT_END; opt++) {
        if (opt->kind == OPT_GROUP)
            continue;
        fputs(" \\\n", out);
        zsh_option(out, opt);
    }
}

static void zsh_command(FILE *out, const struct command *command)
{
    fprintf(out, "_tlm_%s()\n{\n    _arguments -s -S", command->name);
    zsh_options(out, command);
    if (command->operands)
        fprintf(out, " \\\n        '*:%s:%s'", command->operands->file ? "file" : "operand",
                command->operands->file ? "_files" : "");
    fputs("\n}\n\n", out);
}

static void zsh_commands(FILE *out)
{
    for (size_t i = 0; commands[i]; i++) {
        fprintf(out, "        '%s:", commands[i]->name);
        put_quoted(out, commands[i]->summary, ":\\", "'\\''");
        fputs("'\n", out);
    }
}

static void print_zsh(FILE *out)
{
    fputs("#compdef tlm\n" NOTE "\n", out);
    for (size_t i = 0; commands[i]; i++)
        zsh_command(out, commands[i]);
    fputs("_tlm_commands()\n{\n    local -a list=(\n", out);
    zsh_commands(out);
    fputs(
        "        'help:tell about a command'\n    )\n    _describe -t commands command list\n}\n\n"
        "_tlm()\n{\n"
        "    local context curcontext=\"$curcontext\" state line\n"
        "    typeset -A opt_args\n"
        "    _arguments -C -S",
        out);
    zsh_options(out, &program);
    fputs(" \\\n        '1:command:_tlm_commands' \\\n        '*::argument:->argument'\n"
          "    [[ $state == argument ]] || return\n"
          "    case $words[1] in\n"
          "    help) _tlm_commands ;;\n"
          "    *) (( $+functions[_tlm_$words[1]] )) && _tlm_$words[1] ;;\n"
          "    esac\n}\n\n_tlm \"$@\"\n",
          out);
}

/* ---- fish ----------------------------------------------------------------------------------- */

static void fish_option(FILE *out, const struct opt *opt, const char *condition)
{
    fprintf(out, "complete -c tlm -n '%s' -l %s", condition, opt->name);
    if (opt->letter)
        fprintf(out, " -s %c", opt->letter);
    if (opt->file)
        fputs(" -r -F", out);
    else if (takes_value(opt) && !opt->optional)
        fputs(" -x", out);
    if (opt->choices) {
        fputs(" -a '", out);
        put_choices(out, opt);
        fputc('\'', out);
    }
    fputs(" -d '", out);
    put_quoted(out, opt->help, "\\", "\\'");
    fputs("'\n", out);
}

static void fish_options(FILE *out, const struct command *command, const char *condition)
{
    for (const struct opt *opt = command->options; opt->kind != OPT_END; opt++)
        if (opt->kind != OPT_GROUP)
            fish_option(out, opt, condition);
}

static void fish_command(FILE *out, const struct command *command)
{
    char condition[HELP_TEXT];
    fprintf(out,
            "\ncomplete -c tlm -n '__fish_use_subcommand; or __fish_seen_subcommand_from help' "
            "-a %s -d '",
            command->name);
    put_quoted(out, command->summary, "\\", "\\'");
    fputs("'\n", out);
    snprintf(condition, sizeof condition, "__fish_seen_subcommand_from %s", command->name);
    if (command->operands && command->operands->file)
        fprintf(out, "complete -c tlm -n '%s' -F\n", condition);
    fish_options(out, command, condition);
}

static void print_fish(FILE *out)
{
    fputs("# Completion of tlm for fish.\n" NOTE "\ncomplete -c tlm -f\n"
          "complete -c tlm -n __fish_use_subcommand -a help -d 'tell about a command'\n",
          out);
    fish_options(out, &program, "__fish_use_subcommand");
    for (size_t i = 0; commands[i]; i++)
        fish_command(out, commands[i]);
}

bool completions_print(FILE *out, const char *shell)
{
    if (strcmp(shell, "bash") == 0)
        print_bash(out);
    else if (strcmp(shell, "zsh") == 0)
        print_zsh(out);
    else if (strcmp(shell, "fish") == 0)
        print_fish(out);
    else
        return false;
    return true;
}
