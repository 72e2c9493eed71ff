#include "rows/hot_level.h"

#if TLM_HOT_X86
static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
           __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("bmi2");
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt");
}
#endif

const struct tlm_hot_level *tlm__hot_level(enum tlm_cpu cpu)
{
#if TLM_HOT_X86
    if (cpu == TLM_CPU_AUTO && has_avx512())
        return &tlm__hot_avx512;
    if (cpu <= TLM_CPU_AVX2 && has_avx2())
        return &tlm__hot_avx2;
#endif
    return &tlm__hot_portable;
}
