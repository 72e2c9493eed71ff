#include "support/unit.h"

#include <string.h>
#include <sys/file.h>

#include "base/buf.h"
#include "support/containers.h"
#include "support/scratch.h"
#include "tlm.h"

enum { BLOCKS = 12, POINTS = 7, PER_BLOCK = 2 * POINTS };

static struct tlm_error error;
static struct tlm_recovery found;
static struct tlm_lost_range lost[16];
static char why[16][768];
static size_t n_lost;
static char note[768];

/* ---- files ----------------------------------------------------------------------------------- */

static void take_lost(void *ctx, const struct tlm_lost_range *range)
{
    (void)ctx;
    HOLDS(n_lost < 16, "too many ranges");
    lost[n_lost] = *range;
    snprintf(why[n_lost++], sizeof why[0], "%s", range->why);
}

static void take_note(void *ctx, const char *message)
{
    (void)ctx;
    snprintf(note, sizeof note, "%s", message);
}

static struct tlm_recover_options options_of(const char *path, const char *output)
{
    return (struct tlm_recover_options){
        .path = path, .output = output, .on_lost = take_lost, .on_note = take_note};
}

static enum tlm_code recover(const char *path, const char *output)
{
    const struct tlm_recover_options options = options_of(path, output);
    n_lost = 0;
    return tlm_recover(&options, &found, &error);
}

static enum tlm_code finish(const char *path)
{
    const struct tlm_recover_options options = options_of(path, NULL);
    n_lost = 0;
    *note = '\0';
    return tlm_recover_finish(&options, &found, &error);
}

/* Point i of channels a and b at time i; each block holds POINTS of either. */
static struct tlm_writer *write_points(const char *output)
{
    struct tlm_writer_options options;
    struct tlm_writer *writer;
    tlm_writer_options_init(&options);
    options.output = output;
    options.batch_points = PER_BLOCK;
    options.sync_marker = containers_sync;
    ck_assert_int_eq(tlm_writer_open(&writer, &options, &error), TLM_OK);
    for (int64_t i = 0; i < (int64_t)BLOCKS * POINTS; i++) {
        ck_assert(!tlm_write_double(writer, "a", NULL, 0, i, (double)i / 3, &error));
        ck_assert(!tlm_write_long(writer, "b", NULL, 0, i, -i, &error));
    }
    ck_assert(!tlm_writer_flush(writer, &error));
    return writer;
}

static void write_file(const char *output)
{
    struct tlm_writer *writer = write_points(output);
    ck_assert_int_eq(tlm_writer_close(writer, &error), TLM_OK);
    tlm_writer_free(writer);
}

/* A writer that goes without finishing; `partial` is what it leaves. */
static void leave_partial(const char *output)
{
    struct tlm_writer *writer = write_points(output);
    tlm_writer_abandon(writer, true);
    tlm_writer_free(writer);
}

static void load(const char *path, struct tlm_buf *bytes)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    ck_assert_msg(fd >= 0 && fstat(fd, &info) == 0, "%s", path);
    tlm__buf_reset(bytes);
    HOLDS(tlm__buf_reserve(bytes, (size_t)info.st_size + 1), "memory");
    bytes->len = (size_t)info.st_size;
    ck_assert_int_eq(read(fd, bytes->data, bytes->len), (ssize_t)bytes->len);
    close(fd);
}

static void store(const char *path, const void *data, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, data, len), (ssize_t)len);
    close(fd);
}

/* Where the blocks of a good file begin, and the end. */
static void find_borders(const char *path, uint64_t borders[BLOCKS + 1])
{
    struct tlm_file *file;
    struct tlm_block block;
    bool got;
    ck_assert_int_eq(tlm_file_open(&file, path, &error), TLM_OK);
    for (size_t i = 0; i < BLOCKS; i++) {
        ck_assert(!tlm_file_next_block(file, false, &block, &got, &error) && got);
        borders[i] = block.offset;
        borders[i + 1] = block.offset + block.bytes;
    }
    ck_assert(!tlm_file_next_block(file, false, &block, &got, &error) && !got);
    tlm_file_close(file);
}

/* ---- what is in a file ----------------------------------------------------------------------- */

struct content {
    uint64_t seen[BLOCKS]; /* points of each block */
    uint64_t points;
    int64_t first, last;
};

static void *begin(void *ctx)
{
    return ctx;
}

static enum tlm_code take_points(void *ctx, void *batch, const struct tlm_run_of_points *run,
                                 struct tlm_error *to)
{
    struct content *content = ctx;
    (void)batch;
    (void)to;
    for (size_t i = 0; i < run->n; i++) {
        int64_t at = run->timestamps_ns[i];
        HOLDS(run->reals ? run->reals[i] == (double)at / 3 : run->integers[i] == -at, "a value");
        HOLDS(at >= 0 && at < (int64_t)BLOCKS * POINTS, "a time");
        content->seen[at / POINTS]++;
        content->first = at < content->first ? at : content->first;
        content->last = at > content->last ? at : content->last;
    }
    content->points += run->n;
    return TLM_OK;
}

static enum tlm_code end(void *ctx, void *batch, const struct tlm_block *block,
                         struct tlm_error *to)
{
    (void)ctx;
    (void)batch;
    (void)block;
    (void)to;
    return TLM_OK;
}

static void drop(void *ctx, void *batch)
{
    (void)ctx;
    (void)batch;
}

/* The file holds exactly the blocks of the mask, and its header says so. */
static void holds_blocks(const char *path, unsigned mask)
{
    struct tlm_file *file;
    struct content content = {.first = INT64_MAX, .last = INT64_MIN};
    struct tlm_reading reading = {.threads = 1,
                                  .ctx = &content,
                                  .begin = begin,
                                  .points = take_points,
                                  .end = end,
                                  .drop = drop};
    tlm_selection_init(&reading.selection);
    HOLDS(!tlm_file_open(&file, path, &error), "%s", error.message);
    HOLDS(!tlm_file_read(file, &reading, &error), "%s", error.message);
    for (unsigned i = 0; i < BLOCKS; i++)
        HOLDS(content.seen[i] == (mask >> i & 1 ? PER_BLOCK : 0), "block %u", i);
    const struct tlm_file_info *info = tlm_file_info(file);
    HOLDS(info->has_figures && info->points == content.points &&
              info->records == content.points / POINTS,
          "figures");
    HOLDS(info->first_ns == content.first && info->last_ns == content.last, "times");
    tlm_file_close(file);
}

#define ALL ((1u << BLOCKS) - 1)

/* ---- cuts and flips -------------------------------------------------------------------------- */

START_TEST(nothing_lost)
{
    struct tlm_buf before = {0}, after = {0};
    scratch_enter();
    write_file("run.avro");
    ck_assert_int_eq(recover("run.avro", NULL), TLM_OK);
    ck_assert(found.complete && found.has_points && found.own_header && !found.unfinished);
    ck_assert_int_eq(scratch_count("."), 1);
    ck_assert_int_eq(recover("run.avro", "out.avro"), TLM_OK);
    ck_assert(found.complete && !n_lost && !found.lost_bytes && found.blocks == BLOCKS);
    ck_assert_uint_eq(found.points, BLOCKS * PER_BLOCK);
    load("run.avro", &before);
    load("out.avro", &after);
    ck_assert_uint_eq(before.len, after.len);
    ck_assert(memcmp(before.data, after.data, before.len) == 0);
    ck_assert_int_eq(scratch_count("."), 2);
    tlm__buf_release(&before);
    tlm__buf_release(&after);
}
END_TEST

START_TEST(every_cut)
{
    struct tlm_buf bytes = {0};
    uint64_t borders[BLOCKS + 1];
    scratch_enter();
    write_file("run.avro");
    find_borders("run.avro", borders);
    load("run.avro", &bytes);
    for (size_t len = 0; len < bytes.len; len += 1 + len % 3) {
        unsigned whole = 0;
        while (whole < BLOCKS && borders[whole + 1] <= len)
            whole++;
        store("cut.avro", bytes.data, len);
        unlink("out.avro");
        enum tlm_code code = recover("cut.avro", "out.avro");
        HOLDS(!found.complete, "%zu", len);
        if (!whole) {
            HOLDS(code == TLM_DAMAGED && !scratch_exists("out.avro"), "%zu", len);
            continue;
        }
        HOLDS(!code, "%s", error.message);
        holds_blocks("out.avro", (1u << whole) - 1);
        HOLDS(found.points == whole * PER_BLOCK && found.blocks == whole, "%zu", len);
        HOLDS(found.has_figures && found.lost_points == (BLOCKS - whole) * PER_BLOCK, "%zu", len);
        HOLDS(n_lost == (len > borders[whole]), "%zu", len);
        HOLDS(!n_lost || (lost[0].from == borders[whole] && lost[0].to == len), "%zu", len);
    }
    ck_assert_int_eq(scratch_count("."), 3); /* nothing half done */
    tlm__buf_release(&bytes);
}
END_TEST

START_TEST(every_flip)
{
    struct tlm_buf bytes = {0};
    uint64_t borders[BLOCKS + 1];
    scratch_enter();
    write_file("run.avro");
    find_borders("run.avro", borders);
    load("run.avro", &bytes);
    unsigned block = 0;
    for (size_t i = (size_t)borders[0]; i < bytes.len; i++) {
        while (i >= borders[block + 1])
            block++;
        bytes.data[i] ^= (uint8_t)(1 << i % 8);
        store("bad.avro", bytes.data, bytes.len);
        bytes.data[i] ^= (uint8_t)(1 << i % 8);
        unlink("out.avro");
        HOLDS(!recover("bad.avro", "out.avro"), "%s", error.message);
        if (found.complete) { /* snappy made the same of it: a copy from farther back, say */
            holds_blocks("out.avro", ALL);
            continue;
        }
        holds_blocks("out.avro", ALL & ~(1u << block));
        HOLDS(n_lost == 1, "byte %zu: %zu ranges", i, n_lost);
        HOLDS(lost[0].from == borders[block] && lost[0].to == borders[block + 1],
              "byte %zu: %zu to %zu", i, (size_t)lost[0].from, (size_t)lost[0].to);
        HOLDS(found.lost_points == PER_BLOCK, "byte %zu", i);
    }
    tlm__buf_release(&bytes);
}
END_TEST

/* Damage in the header with another file's header at hand. */
START_TEST(like)
{
    struct tlm_buf bytes = {0};
    uint64_t borders[BLOCKS + 1];
    scratch_enter();
    write_file("run.avro");
    write_file("other.avro");
    find_borders("run.avro", borders);
    load("run.avro", &bytes);
    bytes.data[1] ^= 1;
    store("bad.avro", bytes.data, bytes.len);
    ck_assert_int_eq(recover("bad.avro", "out.avro"), TLM_DAMAGED);
    ck_assert_ptr_nonnull(strstr(error.message, "bad.avro: byte "));
    struct tlm_recover_options options = options_of("bad.avro", "out.avro");
    options.like = "other.avro";
    n_lost = 0;
    ck_assert_int_eq(tlm_recover(&options, &found, &error), TLM_OK);
    ck_assert(!found.own_header && !found.complete && !found.has_figures);
    ck_assert(n_lost == 1 && lost[0].from == 0 && lost[0].to == borders[0]);
    holds_blocks("out.avro", ALL);
    tlm__buf_release(&bytes);
}
END_TEST

START_TEST(other_schemas)
{
    struct tlm_buf bytes = {0};
    struct tlm_file *file;
    size_t borders[6];
    scratch_enter();
    containers_file(&bytes, "deflate", 5, 10, borders);
    bytes.data[borders[2] + 6] ^= 0x55;
    store("longs.avro", bytes.data, bytes.len);
    ck_assert_int_eq(recover("longs.avro", "out.avro"), TLM_OK);
    ck_assert(!found.has_points && !found.complete && found.records == 40 && found.blocks == 4);
    ck_assert_int_eq(tlm_file_open(&file, "out.avro", &error), TLM_OK);
    ck_assert_uint_eq(tlm_file_info(file)->bytes, bytes.len - (borders[3] - borders[2]));
    tlm_file_close(file);
    tlm__buf_release(&bytes);
}
END_TEST

/* ---- names ----------------------------------------------------------------------------------- */

START_TEST(outputs_that_exist)
{
    scratch_enter();
    write_file("run.avro");
    scratch_write("out.avro", "mine");
    ck_assert_int_eq(recover("run.avro", "out.avro"), TLM_EXISTS);
    ck_assert_str_eq(scratch_read("out.avro"), "mine");
    struct tlm_recover_options options = options_of("run.avro", "out.avro");
    options.force = true;
    ck_assert_int_eq(tlm_recover(&options, &found, &error), TLM_OK);
    holds_blocks("out.avro", ALL);
    options.output = "run.avro"; /* never itself */
    ck_assert_int_eq(tlm_recover(&options, &found, &error), TLM_EXISTS);
    holds_blocks("run.avro", ALL);
    ck_assert_int_eq(recover("run.avro", "none/out.avro"), TLM_IO);
    ck_assert_int_eq(recover("none.avro", "x.avro"), TLM_IO);
    ck_assert_int_eq(scratch_count("."), 2);
}
END_TEST

START_TEST(targets)
{
    static const char *const cases[][2] = {
        {".run.avro.partial", "run.avro"},
        {".run.avro.partial.12", "run.avro"},
        {"a/b/.x.partial", "a/b/x"},
        {".a.partial.partial", "a.partial"},
        {"./.x.partial", "./x"},
        {"run.avro", NULL},
        {"run.avro.partial", NULL},
        {".partial", NULL},
        {"..partial", NULL},
        {".run.avro.partial.", NULL},
        {".run.avro.partial.1x", NULL},
        {".run.avro.partial.1.2", NULL},
        {".dir.partial/run.avro", NULL},
        {"", NULL},
    };
    char target[64];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool is = tlm_partial_target(cases[i][0], target, sizeof target);
        ck_assert_msg(is == (cases[i][1] != NULL), "%s", cases[i][0]);
        if (is)
            ck_assert_str_eq(target, cases[i][1]);
    }
    ck_assert(tlm_partial_target(".ab.partial", target, 3));
    ck_assert(!tlm_partial_target(".ab.partial", target, 2));
}
END_TEST

/* ---- finishing ------------------------------------------------------------------------------- */

START_TEST(finish_in_place)
{
    struct tlm_buf bytes = {0};
    struct stat before, after;
    scratch_enter();
    leave_partial("run.avro");
    ck_assert_int_eq(stat(".run.avro.partial", &before), 0);
    ck_assert_int_eq(recover(".run.avro.partial", NULL), TLM_OK);
    ck_assert(found.complete && found.unfinished && !found.has_figures);
    ck_assert_int_eq(finish(".run.avro.partial"), TLM_OK);
    ck_assert(found.in_place && found.complete && found.unfinished);
    holds_blocks("run.avro", ALL);
    ck_assert_int_eq(stat("run.avro", &after), 0);
    ck_assert(before.st_ino == after.st_ino && before.st_size == after.st_size);
    ck_assert_int_eq(scratch_count("."), 1);
    tlm__buf_release(&bytes);
}
END_TEST

START_TEST(finish_cut)
{
    struct tlm_buf bytes = {0};
    uint64_t borders[BLOCKS + 1];
    scratch_enter();
    write_file("run.avro");
    find_borders("run.avro", borders);
    unlink("run.avro");
    mkdir("dir", 0777);
    leave_partial("dir/run.avro");
    load("dir/.run.avro.partial", &bytes);
    for (unsigned whole = 1; whole <= BLOCKS; whole++) {
        size_t len = (size_t)borders[whole] + (whole < BLOCKS ? 5 : 0);
        store("dir/.run.avro.partial.3", bytes.data, len);
        ck_assert_int_eq(finish("dir/.run.avro.partial.3"), TLM_OK);
        ck_assert(found.in_place && n_lost == (whole < BLOCKS));
        ck_assert(found.complete == (whole == BLOCKS));
        holds_blocks("dir/run.avro", (1u << whole) - 1);
        ck_assert_int_eq(scratch_count("dir"), 2); /* and the other partial */
        unlink("dir/run.avro");
    }
    store("dir/.run.avro.partial.3", bytes.data, (size_t)borders[1] - 1);
    ck_assert_int_eq(finish("dir/.run.avro.partial.3"), TLM_DAMAGED);
    ck_assert(scratch_exists("dir/.run.avro.partial.3") && !scratch_exists("dir/run.avro"));
    tlm__buf_release(&bytes);
}
END_TEST

/* Damage in the middle: the part is made anew, and the partial stays. */
START_TEST(finish_anew)
{
    struct tlm_buf bytes = {0}, kept = {0};
    uint64_t borders[BLOCKS + 1];
    scratch_enter();
    write_file("other.avro");
    find_borders("other.avro", borders);
    unlink("other.avro");
    leave_partial("run.avro");
    load(".run.avro.partial", &bytes);
    bytes.data[borders[4] + 9] ^= 0x10;
    store(".run.avro.partial", bytes.data, bytes.len);
    ck_assert_int_eq(finish(".run.avro.partial"), TLM_OK);
    ck_assert(!found.in_place && !found.complete && n_lost == 1);
    ck_assert_ptr_nonnull(strstr(note, ".run.avro.partial.1"));
    holds_blocks("run.avro", ALL & ~(1u << 4));
    load(".run.avro.partial.1", &kept);
    ck_assert(kept.len == bytes.len && memcmp(kept.data, bytes.data, kept.len) == 0);
    ck_assert_int_eq(scratch_count("."), 2);
    tlm__buf_release(&bytes);
    tlm__buf_release(&kept);
}
END_TEST

START_TEST(finish_refuses)
{
    scratch_enter();
    struct tlm_writer *writer = write_points("run.avro");
    ck_assert_int_eq(finish(".run.avro.partial"), TLM_LOCKED);
    ck_assert_int_eq(recover(".run.avro.partial", "copy.avro"), TLM_OK); /* looking is fine */
    holds_blocks("copy.avro", ALL);
    tlm_writer_abandon(writer, true);
    tlm_writer_free(writer);
    scratch_write("run.avro", "mine");
    ck_assert_int_eq(finish(".run.avro.partial"), TLM_EXISTS);
    ck_assert_str_eq(scratch_read("run.avro"), "mine");
    ck_assert_int_eq(finish("run.avro"), TLM_ARGUMENT);
    ck_assert_int_eq(finish(".none.avro.partial"), TLM_IO);
    ck_assert_int_eq(symlink(".run.avro.partial", ".link.partial"), 0);
    ck_assert_int_eq(finish(".link.partial"), TLM_IO);
    ck_assert_int_eq(mkfifo(".fifo.partial", 0666), 0);
    ck_assert_int_eq(finish(".fifo.partial"), TLM_INPUT);
    struct tlm_recover_options options = options_of(".run.avro.partial", NULL);
    options.force = true;
    ck_assert_int_eq(tlm_recover_finish(&options, &found, &error), TLM_OK);
    holds_blocks("run.avro", ALL);
}
END_TEST

/* A writer died between link and unlink of publishing: the part has two names. */
START_TEST(finish_published)
{
    scratch_enter();
    write_file("run.avro");
    ck_assert_int_eq(link("run.avro", ".run.avro.partial"), 0);
    ck_assert_int_eq(finish(".run.avro.partial"), TLM_OK);
    ck_assert(found.complete);
    holds_blocks("run.avro", ALL);
    ck_assert_int_eq(scratch_count("."), 1);
}
END_TEST

UNIT_MAIN("recover", nothing_lost, every_cut, every_flip, like, other_schemas, outputs_that_exist,
          targets, finish_in_place, finish_cut, finish_anew, finish_refuses, finish_published)
