#include "environment.h"

#include <stdlib.h>
#include <string.h>

bool environment_cpu(enum tlm_cpu *cpu)
{
    static const char *const words[] = {
        [TLM_CPU_AUTO] = "auto",
        [TLM_CPU_AVX2] = "avx2",
        [TLM_CPU_PORTABLE] = "portable",
        [TLM_CPU_ROWWISE] = "rowwise",
    };
    const char *text = getenv("TLM_CPU");
    for (size_t i = 0; text && i < sizeof words / sizeof words[0]; i++)
        if (strcmp(text, words[i]) == 0) {
            *cpu = (enum tlm_cpu)i;
            return true;
        }
    return !text || !*text;
}

const char *environment_temporary(void)
{
    const char *path = getenv("TMPDIR");
    return path && *path ? path : "/tmp";
}
