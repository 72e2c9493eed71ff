/* What `tlm bench` prints for people. */
#ifndef BENCH_PRINT_H
#define BENCH_PRINT_H

#include <stdio.h>

#include "bench/compare.h"
#include "bench/machine.h"
#include "bench/measure.h"
#include "bench/sweep.h"

void bench_print_heading(FILE *out, const struct bench_machine *machine, const char *title);
/* One measurement: time, speed, sizes; then pairs with the rival and the floor, if measured. */
void bench_print_result(FILE *out, const struct bench_result *result);
/* The phases of its median run, and what bounds it. */
void bench_print_profile(FILE *out, const struct bench_result *result);
void bench_print_latched(FILE *out, double ns_per_call);

/* A sweep as a table that grows: begin, then each result as it comes, then what was best. */
void bench_print_sweep_begin(FILE *out, const struct bench_sweep *sweep);
void bench_print_sweep_row(FILE *out, const struct bench_sweep *sweep,
                           const struct bench_result *results, size_t i);
void bench_print_sweep_end(FILE *out, const struct bench_sweep *sweep,
                           const struct bench_result *results);

void bench_print_compare(FILE *out, const char *path, const struct bench_pair *pairs, size_t n);
/* Columns type,channels,points,frame,seconds,bytes,parts,points_per_s. */
void bench_print_csv(FILE *out, const struct bench_result *results, size_t n);

/* A speed: "176M/s", and a time in seconds: "56.8 ms". */
#define BENCH_TEXT 56
const char *bench_text_speed(char text[BENCH_TEXT], double per_s);
const char *bench_text_seconds(char text[BENCH_TEXT], double seconds);
const char *bench_text_bytes_per_s(char text[BENCH_TEXT], uint64_t bytes, double seconds);

#endif
