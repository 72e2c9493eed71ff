#include "bench/machine.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

/* The model is called so on x86; elsewhere often nothing says it. */
static void look_at_cpu(char *cpu, size_t size)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "re");
    snprintf(cpu, size, "unknown processor");
    while (file && fgets(line, sizeof line, file)) {
        char *colon = strchr(line, ':');
        if (!colon || strncmp(line, "model name", 10) != 0)
            continue;
        line[strcspn(line, "\n")] = '\0';
        snprintf(cpu, size, "%s", colon + 1 + strspn(colon + 1, " "));
        break;
    }
    if (file)
        fclose(file);
}

void bench_machine_look(struct bench_machine *machine)
{
    cpu_set_t set;
    struct utsname names;
    look_at_cpu(machine->cpu, sizeof machine->cpu);
    machine->cores = sched_getaffinity(0, sizeof set, &set) == 0 ? (unsigned)CPU_COUNT(&set) : 1;
    if (uname(&names) == 0)
        snprintf(machine->kernel, sizeof machine->kernel, "%s %s %s", names.sysname, names.release,
                 names.machine);
    else
        machine->kernel[0] = '\0';
}

void bench_machine_command(char *out, size_t size)
{
    FILE *file = fopen("/proc/self/cmdline", "re");
    size_t len = file ? fread(out, 1, size - 1, file) : 0;
    if (file)
        fclose(file);
    for (size_t i = 0; i + 1 < len; i++)
        if (!out[i])
            out[i] = ' ';
    out[len] = '\0';
}
