/*
 * The straightforward way as a program, to measure tlm against: jansson or libcsv parse, avro-c's
 * value API and data-file writer write. The same records as tlm: one per series and batch.
 *
 *   baseline jsonl|csv IN OUT.avro [TIME]      TIME names the time column, "ts" when left out
 */
#include <stdio.h>
#include <string.h>

#include "bench/rival.h"

int main(int argc, char **argv)
{
    struct tlm_error error;
    double seconds;
    if (argc < 4 || argc > 5 || (strcmp(argv[1], "jsonl") && strcmp(argv[1], "csv"))) {
        fprintf(stderr, "usage: baseline jsonl|csv IN OUT.avro [TIME]\n");
        return 2;
    }
    enum bench_from from = strcmp(argv[1], "csv") ? BENCH_JSONL : BENCH_CSV;
    if (bench_rival_text(from, argv[2], argc > 4 ? argv[4] : "ts", argv[3], &seconds, &error)) {
        fprintf(stderr, "baseline: %s\n", error.message);
        return 1;
    }
    printf("%.3f s\n", seconds);
    return 0;
}
