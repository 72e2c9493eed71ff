#include "support/unit.h"

#include <math.h>
#include <string.h>

#include "support/random.h"
#include "tlm.h"

/* The vectors come from the definition in tlm.h, as Python has it:
 *
 *   import struct, xxhash
 *   def text(b): return struct.pack("<Q", len(b)) + b
 *   def seed(channel, tags, type):
 *       name = text(channel) + b"".join(text(k) + text(v) for k, v in sorted(tags))
 *       return xxhash.xxh3_64_intdigest(name, seed=type)
 *   def point(channel, tags, type, ns, value):
 *       return xxhash.xxh3_128_intdigest(struct.pack("<q", ns) + value, seed(channel, tags, type))
 */

static struct tlm_error error;

static struct tlm_string text(const char *bytes)
{
    return (struct tlm_string){bytes, strlen(bytes)};
}

static struct tlm_checksum *new_checksum(void)
{
    struct tlm_checksum *checksum;
    ck_assert_int_eq(tlm_checksum_new(&checksum, &error), TLM_OK);
    return checksum;
}

static void add(struct tlm_checksum *checksum, const struct tlm_run_of_points *run)
{
    ck_assert_int_eq(tlm_checksum_add(checksum, run, &error), TLM_OK);
}

/* One point of channel "a" as a value among others. */
static void add_value(struct tlm_checksum *checksum, int64_t ns, enum tlm_type type,
                      union tlm_point_value value)
{
    add(checksum,
        &(struct tlm_run_of_points){
            .channel = text("a"), .n = 1, .timestamps_ns = &ns, .type = type, .values = &value});
}

static void add_real(struct tlm_checksum *checksum, int64_t ns, double value)
{
    add(checksum, &(struct tlm_run_of_points){.channel = text("a"),
                                              .n = 1,
                                              .timestamps_ns = &ns,
                                              .type = TLM_DOUBLE,
                                              .reals = &value});
}

static void is(struct tlm_digest digest, const char *wanted)
{
    char got[TLM_DIGEST_TEXT];
    tlm_digest_text(digest, got);
    ck_assert_str_eq(got, wanted);
}

/* What the checksum holds, which is freed. */
static struct tlm_digest take(struct tlm_checksum *checksum)
{
    struct tlm_digest digest = tlm_checksum_total(checksum).digest;
    tlm_checksum_free(checksum);
    return digest;
}

/* ---- vectors -------------------------------------------------------------------------------- */

START_TEST(doubles)
{
    struct tlm_checksum *checksum = new_checksum();
    is(tlm_checksum_total(checksum).digest, "00000000000000000000000000000000");
    add_real(checksum, 0, 1.5);
    is(take(checksum), "5077ec65817e92e903b7fbfc419ec1ce");
    checksum = new_checksum();
    add_real(checksum, 0, -0.0);
    is(take(checksum), "22d672c6031457965bcc6c10d1e6b677");
}
END_TEST

START_TEST(every_nan)
{
    const uint64_t bits[] = {0x7ff8000000000000, 0xfff8000000000000, 0x7ff0000000000001,
                             0xffffffffffffffff};
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
        double value;
        struct tlm_checksum *checksum = new_checksum();
        memcpy(&value, &bits[i], sizeof value);
        add_real(checksum, -1, value);
        is(take(checksum), "9cf7a9ebff07b30ae9d1dd884d2a2d53");
        checksum = new_checksum();
        add_value(checksum, -1, TLM_DOUBLE, (union tlm_point_value){.real = value});
        is(take(checksum), "9cf7a9ebff07b30ae9d1dd884d2a2d53");
    }
    struct tlm_checksum *a = new_checksum(), *b = new_checksum();
    add_real(a, -1, INFINITY);
    add_real(b, -1, -INFINITY);
    struct tlm_digest up = take(a), down = take(b);
    ck_assert(up.high != down.high);
}
END_TEST

START_TEST(longs)
{
    const int64_t ns = 1700000000000000000, value = -7;
    struct tlm_checksum *checksum = new_checksum();
    add(checksum, &(struct tlm_run_of_points){.channel = text("a"),
                                              .n = 1,
                                              .timestamps_ns = &ns,
                                              .type = TLM_LONG,
                                              .integers = &value});
    is(take(checksum), "2a0d87771e76ecf5d675656e8d20944d");
    checksum = new_checksum();
    add_value(checksum, ns, TLM_LONG, (union tlm_point_value){.integer = value});
    is(take(checksum), "2a0d87771e76ecf5d675656e8d20944d");
}
END_TEST

START_TEST(texts)
{
    char many[301];
    memset(many, 'x', 300);
    many[300] = '\0';
    struct tlm_checksum *checksum = new_checksum();
    add_value(checksum, 5, TLM_STRING, (union tlm_point_value){.text = text("\xc3\xa9")});
    is(take(checksum), "4179b4a1d193eac523ae0de2551880ca");
    checksum = new_checksum();
    add_value(checksum, 5, TLM_STRING, (union tlm_point_value){.text = text(many)});
    is(take(checksum), "82752706cc2d324f235452e3deeab77f");
    checksum = new_checksum();
    add_value(checksum, 5, TLM_JSON, (union tlm_point_value){.text = text("{\"k\":1}")});
    is(take(checksum), "f438a47bfc4e2b42228bf9e0c6383dfc");
}
END_TEST

START_TEST(arrays)
{
    const double reals[] = {1.0, NAN};
    const struct tlm_string items[] = {{"p", 1}, {"", 0}, {"qq", 2}};
    struct tlm_checksum *checksum = new_checksum();
    add_value(checksum, 5, TLM_DOUBLE_ARRAY, (union tlm_point_value){.reals = {reals, 2}});
    is(take(checksum), "665ddf7f916127c857b7db680855ad5b");
    checksum = new_checksum();
    add_value(checksum, 5, TLM_DOUBLE_ARRAY, (union tlm_point_value){.reals = {NULL, 0}});
    is(take(checksum), "c25c0ce23394582f3ad91a3db6b95d72");
    checksum = new_checksum();
    add_value(checksum, 5, TLM_STRING_ARRAY, (union tlm_point_value){.texts = {items, 3}});
    is(take(checksum), "410513fbf9b6938cc99ecb469837c6ef");
}
END_TEST

START_TEST(tags)
{
    const struct tlm_file_pair pairs[] = {{{"site", 4}, {"oslo", 4}}, {{"x", 1}, {"1", 1}}};
    const int64_t ns = 0;
    const double value = 1.5;
    struct tlm_checksum *checksum = new_checksum();
    add(checksum, &(struct tlm_run_of_points){.channel = text("a"),
                                              .tags = pairs,
                                              .n_tags = 2,
                                              .n = 1,
                                              .timestamps_ns = &ns,
                                              .type = TLM_DOUBLE,
                                              .reals = &value});
    is(take(checksum), "9e8fb0f71f51ee4d0db199b7d330432f");
}
END_TEST

/* ---- sums ----------------------------------------------------------------------------------- */

enum { POINTS = 1000 };

/* Channels and tags such that no two series are told apart by their texts put together alone. */
static struct tlm_run_of_points series_of(size_t i)
{
    static const struct tlm_file_pair pairs[] = {{{"b", 1}, {"c", 1}}, {{"bc", 2}, {"", 0}}};
    static const char *const channels[] = {"a", "ab", "abc", ""};
    struct tlm_run_of_points run = {.channel = text(channels[i % 4])};
    run.n_tags = i / 4 % 2;
    run.tags = run.n_tags ? &pairs[i / 8 % 2] : NULL;
    return run;
}

struct list {
    struct tlm_string channels[32];
    uint64_t points;
    size_t n;
    struct tlm_digest sum;
};

static void collect(void *ctx, const struct tlm_series_digest *series)
{
    struct list *list = ctx;
    list->channels[list->n++] = series->channel;
    list->points += series->points;
    list->sum = tlm_digest_sum(list->sum, series->digest);
}

/* In any order, cut in any way, added up in any way: the same. */
START_TEST(order_does_not_matter)
{
    uint64_t state = 1;
    int64_t times[POINTS];
    double reals[POINTS];
    struct tlm_checksum *one = new_checksum(), *parts[3], *all = new_checksum();
    for (size_t i = 0; i < POINTS; i++) {
        times[i] = (int64_t)draw(&state);
        reals[i] = (double)(int64_t)draw(&state);
    }
    for (size_t s = 0; s < 16; s++) {
        struct tlm_run_of_points run = series_of(s);
        run.n = POINTS;
        run.timestamps_ns = times;
        run.reals = reals;
        add(one, &run);
    }
    for (size_t p = 0; p < 3; p++)
        parts[p] = new_checksum();
    for (size_t i = POINTS; i-- > 0;)
        for (size_t s = 16; s-- > 0;) {
            struct tlm_run_of_points run = series_of(s);
            run.n = 1;
            run.timestamps_ns = &times[i];
            run.reals = &reals[i];
            add(parts[below(&state, 3)], &run);
        }
    for (size_t p = 0; p < 3; p++) {
        ck_assert_int_eq(tlm_checksum_merge(all, parts[p], &error), TLM_OK);
        tlm_checksum_free(parts[p]);
    }
    struct list list = {.n = 0};
    ck_assert_int_eq(tlm_checksum_each(all, collect, &list, &error), TLM_OK);
    ck_assert_uint_eq(list.n, 12); /* four of the sixteen come twice */
    ck_assert_uint_eq(list.points, 16 * POINTS);
    for (size_t i = 1; i < list.n; i++)
        ck_assert(list.channels[i - 1].len <= list.channels[i].len);
    struct tlm_digest a = take(one), b = take(all);
    ck_assert(a.high == b.high && a.low == b.low);
    ck_assert(a.high == list.sum.high && a.low == list.sum.low);
}
END_TEST

START_TEST(differences_matter)
{
    struct tlm_digest seen[8];
    for (size_t i = 0; i < 8; i++) {
        struct tlm_checksum *checksum = new_checksum();
        add_real(checksum, i == 1, i == 2 ? -1.0 : i == 7 ? -0.0 : 0.0);
        if (i == 3)
            add_real(checksum, 0, 0.0);
        if (i == 4)
            add_value(checksum, 0, TLM_LONG, (union tlm_point_value){.integer = 0});
        if (i == 5)
            add_value(checksum, 0, TLM_STRING, (union tlm_point_value){.text = {"", 0}});
        if (i == 6)
            add_value(checksum, 0, TLM_JSON, (union tlm_point_value){.text = {"", 0}});
        seen[i] = take(checksum);
        for (size_t k = 0; k < i; k++)
            ck_assert(seen[k].high != seen[i].high && seen[k].low != seen[i].low);
    }
}
END_TEST

START_TEST(carry)
{
    struct tlm_digest sum =
        tlm_digest_sum((struct tlm_digest){UINT64_MAX, UINT64_MAX}, (struct tlm_digest){1, 2});
    is(sum, "00000000000000010000000000000001");
}
END_TEST

UNIT_MAIN("digest", doubles, every_nan, longs, texts, arrays, tags, order_does_not_matter,
          differences_matter, carry)
