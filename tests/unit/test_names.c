/* files/names: templates, rendered names, and finding them again in a folder. */
#include <limits.h>
#include <stdint.h>
#include <time.h>

#include "files/names.h"
#include "support/scratch.h"
#include "support/unit.h"

static struct tlm_error error;

#define NS INT64_C(1000000000)
/* 2024-01-01T00:00:00.123456789Z, a Monday */
#define NEW_YEAR INT64_C(1704067200123456789)

static struct tlm_names init_good(const char *output, const char *input, bool rotating)
{
    struct tlm_names names;
    ck_assert_msg(tlm__names_init(&names, output, input, rotating, &error) == TLM_OK, "%s: %s",
                  output, error.message);
    return names;
}

static void init_fails(const char *output, const char *part_of_message)
{
    struct tlm_names names = {.has_time = true};
    ck_assert_msg(tlm__names_init(&names, output, NULL, false, &error) == TLM_ARGUMENT,
                  "%s was taken", output);
    ck_assert_msg(strstr(error.message, part_of_message), "\"%s\" lacks \"%s\"", error.message,
                  part_of_message);
    ck_assert(names.has_time && !names.folder && !names.pattern);
}

static void renders_as(const struct tlm_names *names, uint64_t index, int64_t ns,
                       const char *expected)
{
    struct tlm_buf out = {0};
    ck_assert(tlm__buf_append_text(&out, "earlier content"));
    ck_assert_msg(tlm__names_render(names, index, ns, &out, &error) == TLM_OK, "%s: %s",
                  names->pattern, error.message);
    ck_assert_str_eq((const char *)out.data, expected);
    ck_assert_uint_eq(out.len, strlen(expected));
    tlm__buf_release(&out);
}

/* The name of part 7 at NEW_YEAR. */
static void gives(const char *output, const char *input, bool rotating, const char *folder,
                  const char *name)
{
    struct tlm_names names = init_good(output, input, rotating);
    ck_assert_str_eq(names.folder, folder);
    renders_as(&names, 7, NEW_YEAR, name);
    tlm__names_release(&names);
    tlm__names_release(&names); /* harmless */
}

START_TEST(plain_names)
{
    gives("run.avro", NULL, false, ".", "run.avro");
    gives("run", NULL, false, ".", "run");
    gives("a/b/run.avro", NULL, false, "a/b", "run.avro");
    gives("a/b//run.avro", NULL, false, "a/b", "run.avro");
    gives("./run.avro", NULL, false, ".", "run.avro");
    gives("/run.avro", NULL, false, "/", "run.avro");
    gives("//run.avro", NULL, false, "/", "run.avro");
    gives(".hidden", NULL, false, ".", ".hidden");
    gives("with space\nand newline", NULL, false, ".", "with space\nand newline");
    gives("\xff\xfe/\xc3\x28.avro", NULL, false, "\xff\xfe", "\xc3\x28.avro");
    gives("-", NULL, false, ".", "-");
}
END_TEST

START_TEST(rotated_names)
{
    gives("run.avro", NULL, true, ".", "run_007.avro");
    gives("run", NULL, true, ".", "run_007");
    gives("a.b/run", NULL, true, "a.b", "run_007");
    gives("run.tar.avro", NULL, true, ".", "run.tar_007.avro");
    gives(".hidden", NULL, true, ".", ".hidden_007");
    gives("run.", NULL, true, ".", "run_007.");
    gives("100%%.avro", NULL, true, ".", "100%_007.avro");
    gives("{{a.b}}", NULL, true, ".", "{a_007.b}");
    gives("{stem}", "x.y.csv", true, ".", "x.y_007");
    gives("{stem}.{ext}", "x.y.csv", true, ".", "x.y_007.avro");
    gives("%Y.avro", NULL, true, ".", "2024_007.avro");
    gives("r-%F", NULL, true, ".", "r-2024-01-01_007");
    gives("{index}.avro", NULL, true, ".", "007.avro");
    gives("p{index}", NULL, false, ".", "p007");
}
END_TEST

START_TEST(index_widths)
{
    static const struct {
        const char *output;
        uint64_t index;
        const char *name;
    } cases[] = {
        {"{index}", 0, "000"},
        {"{index}", 999, "999"},
        {"{index}", 1000, "1000"},
        {"{index:06d}", 12, "000012"},
        {"{index:d}", 12, "12"},
        {"{index:01d}", 0, "0"},
        {"{index:020d}", 1, "00000000000000000001"},
        {"{index}", UINT64_MAX, "18446744073709551615"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tlm_names names = init_good(cases[i].output, NULL, true);
        renders_as(&names, cases[i].index, 0, cases[i].name);
        tlm__names_release(&names);
    }
}
END_TEST

START_TEST(stems)
{
    static const struct {
        const char *input, *name;
    } cases[] = {
        {"x.csv", "x.avro"},
        {"dir.d/x.csv", "x.avro"},
        {"/data/x.csv.gz", "x.avro"},
        {"x.jsonl.zst", "x.avro"},
        {"x.CSV.GZ", "x.avro"},
        {"x.gz", "x.avro"},
        {"x", "x.avro"},
        {"x.y.csv", "x.y.avro"},
        {"x.", "x.avro"},
        {NULL, "out.avro"},
        {"-", "out.avro"},
        {"", "out.avro"},
        {"dir/", "out.avro"},
        {"...", "out.avro"},
        {".gz", "gz.avro"},
        {".hidden.csv", "hidden.avro"},
        {"..csv", "csv.avro"},
        {"a b\n\t\x7f.csv", "a b___.avro"},
        {"caf\xc3\xa9\xff.csv", "caf\xc3\xa9\xff.avro"},
        {"100%Y{index}}.csv", "100%Y{index}}.avro"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        gives("{stem}.{ext}", cases[i].input, false, ".", cases[i].name);
}
END_TEST

START_TEST(bad_templates)
{
    init_fails("", "add a file name");
    init_fails("dir/", "add a file name");
    init_fails(".", "folder");
    init_fails("a/..", "folder");
    init_fails("run_%Q.avro", "%Q");
    init_fails("run_%-d.avro", "%-");
    init_fails("run_%b.avro", "%b");
    init_fails("100%", "at the end");
    init_fails("100%.avro", "%% is a percent sign");
    init_fails("{part}.avro", "{part}");
    init_fails("{index:6d}", "{index:6d}");
    init_fails("{index:16d}", "{index:16d}");
    init_fails("{index:021d}", "{index:021d}");
    init_fails("{index:00d}", "{index:00d}");
    init_fails("{index:0d}", "{index:0d}");
    init_fails("{index:x}", "{index:x}");
    init_fails("{index:0-6d}", "{index:0-6d}");
    init_fails("{index", "'{' without '}'");
    init_fails("{in{dex}", "'{' without '}'");
    init_fails("a}b", "'}' without '{'");
    init_fails("{index}-{index}", "{index} may appear once");
    init_fails("%s-%s", "%s may appear once");
    init_fails("%s{index}", "something other than digits between");
    init_fails("{index}%Y%s", "something other than digits between");
    init_fails("{index}12%s", "something other than digits between");
    init_fails("%Y/run.avro", "folder");
    init_fails("{stem}/run.avro", "folder");
    init_fails("a{b/run.avro", "'{' without '}'");
    init_fails(".run.avro.partial", "files being written");
    init_fails(".run.avro.partial.12", "files being written");
    ck_assert_int_eq(tlm__names_init(&(struct tlm_names){0}, "..", NULL, true, NULL), TLM_ARGUMENT);
    ck_assert_int_eq(tlm__names_init(&(struct tlm_names){0}, "a/", NULL, false, NULL),
                     TLM_ARGUMENT);
}
END_TEST

START_TEST(fine_templates)
{
    gives("100%%/{{x}}/run.avro", NULL, false, "100%/{x}", "run.avro");
    gives("%s-{index}", NULL, false, ".", "1704067200-007");
    gives("{index}%T%s", NULL, false, ".", "00700:00:001704067200");
    gives("run.partial", NULL, false, ".", "run.partial");
    gives(".partial", NULL, false, ".", ".partial");
    gives(".partial.1", NULL, false, ".", ".partial.1");
    gives(".12", NULL, false, ".", ".12");
}
END_TEST

/* NAME must leave room for .NAME.partial.NN in 255 bytes. */
START_TEST(longest_name)
{
    char output[300];
    memset(output, 'x', sizeof output);
    output[243] = '\0';
    gives(output, NULL, false, ".", output);
    output[243] = 'x';
    output[244] = '\0';
    init_fails(output, "room for 243");
    ck_assert_ptr_nonnull(strstr(error.message, "too long"));
    /* With the index growing, only later. */
    strcpy(output + 243 - strlen("{index:d}"), "{index:d}");
    memmove(output + 8, output, strlen(output) + 1);
    memset(output, 'x', 8);
    struct tlm_names names = init_good(output, NULL, false);
    struct tlm_buf out = {0};
    ck_assert_int_eq(tlm__names_render(&names, 9, 0, &out, &error), TLM_OK);
    ck_assert_uint_eq(out.len, 243);
    ck_assert_int_eq(tlm__names_render(&names, 10, 0, &out, &error), TLM_ARGUMENT);
    ck_assert_uint_eq(out.len, 243); /* untouched */
    tlm__buf_release(&out);
    tlm__names_release(&names);
}
END_TEST

START_TEST(times)
{
    static const struct {
        const char *output;
        int64_t ns;
        const char *name;
    } cases[] = {
        {"%Y-%m-%d %H.%M.%S", NEW_YEAR, "2024-01-01 00.00.00"},
        {"%y %j %F %T %s %f", NEW_YEAR, "24 001 2024-01-01 00:00:00 1704067200 123456789"},
        {"%F %T %s %f", -1, "1969-12-31 23:59:59 -1 999999999"},
        {"%F %T %s %f", 0, "1970-01-01 00:00:00 0 000000000"},
        {"%F %T %s %f", -NS, "1969-12-31 23:59:59 -1 000000000"},
        {"%F %T %f", INT64_MAX, "2262-04-11 23:47:16 854775807"},
        {"%F %T %s %f", INT64_MIN, "1677-09-21 00:12:43 -9223372037 145224192"},
        {"%F %j", INT64_C(951782400) * NS, "2000-02-29 060"},
        {"%y %F %j", INT64_C(-2203891200) * NS, "00 1900-03-01 060"},
        {"%G-%V-%u", INT64_C(1609459200) * NS, "2020-53-5"}, /* 2021-01-01 */
        {"%G-%V-%u", INT64_C(1735516800) * NS, "2025-01-1"}, /* 2024-12-30 */
        {"100%% %Y", NEW_YEAR, "100% 2024"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tlm_names names = init_good(cases[i].output, NULL, false);
        ck_assert(names.has_time && !names.has_index);
        renders_as(&names, 0, cases[i].ns, cases[i].name);
        tlm__names_release(&names);
    }
}
END_TEST

/* Against strftime, over all of int64 nanoseconds and densely around ends of years. */
START_TEST(times_like_strftime)
{
    static const char format[] = "%Y %m %d %H %M %S %j %F %T %U %V %G %u";
    struct tlm_names names = init_good(format, NULL, false);
    uint64_t random = 1;
    for (int i = 0; i < 40000; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        int64_t seconds = (int64_t)(random >> 1) / NS * (random & 1 ? 1 : -1);
        if (i % 2) /* about a week before and after New Year, 1680 to 2260 */
            seconds = (seconds % 290) * 31556952 + (seconds % 700000);
        time_t when = (time_t)seconds;
        struct tm utc;
        char expected[128];
        ck_assert_ptr_nonnull(gmtime_r(&when, &utc));
        ck_assert_uint_gt(strftime(expected, sizeof expected, format, &utc), 0);
        renders_as(&names, 0, seconds * NS, expected);
    }
    tlm__names_release(&names);
}
END_TEST

/* ---- looking -------------------------------------------------------------------------------- */

static struct tlm_names_found look(const char *output, bool rotating)
{
    struct tlm_names names = init_good(output, NULL, rotating);
    struct tlm_names_found found;
    ck_assert_msg(tlm__names_look(&names, &found, &error) == TLM_OK, "%s", error.message);
    tlm__names_release(&names);
    return found;
}

static bool finds(const char *output, const char *file)
{
    scratch_write(file, "");
    struct tlm_names_found found = look(output, false);
    ck_assert_int_eq(unlink(file), 0);
    ck_assert(!found.any || strcmp(found.example, file) == 0);
    ck_assert(!found.any_partial);
    return found.any;
}

START_TEST(look_matches)
{
    scratch_enter();
    ck_assert(finds("run.avro", "run.avro"));
    ck_assert(!finds("run.avro", "run_000.avro"));
    ck_assert(finds("run_{index}.avro", "run_000.avro"));
    ck_assert(finds("run_{index}.avro", "run_1000.avro"));
    ck_assert(!finds("run_{index}.avro", "run_00.avro"));
    ck_assert(!finds("run_{index}.avro", "run_0001.avro")); /* a zero too many */
    ck_assert(!finds("run_{index}.avro", "run_000.avro2"));
    ck_assert(!finds("run_{index}.avro", "xrun_000.avro"));
    ck_assert(!finds("run_{index}.avro", "run_0a0.avro"));
    ck_assert(!finds("run_{index}.avro", "run_.avro"));
    ck_assert(finds("run_{index:d}.avro", "run_0.avro"));
    ck_assert(!finds("run_{index:d}.avro", "run_00.avro"));
    ck_assert(finds("{index}", "18446744073709551615"));
    ck_assert(!finds("{index}", "18446744073709551616"));
    ck_assert(!finds("{index}", "99999999999999999999999"));
    ck_assert(!finds("{index}", "20000000000000000001"));
    ck_assert(finds("{index}1", "0011"));
    ck_assert(finds("{index}1", "00001") == false);
    ck_assert(finds("{index}%Y", "0072024"));
    ck_assert(finds("%Y%m%dT%H%M%S_{index}", "20240101T000000_003"));
    ck_assert(!finds("%Y%m%dT%H%M%S_{index}", "2024010T000000_003"));
    ck_assert(finds("%F %T", "2024-01-01 12:00:00"));
    ck_assert(!finds("%F %T", "2024-01-01 12-00-00"));
    ck_assert(finds("%j%u%f%G", "00111234567892024"));
    ck_assert(finds("%s.avro", "-1.avro"));
    ck_assert(finds("%s.avro", "1704067200.avro"));
    ck_assert(!finds("%s.avro", "x.avro"));
    ck_assert(!finds("%s.avro", "-.avro"));
    ck_assert(finds("%s-{index}", "-9223372037-000"));
    ck_assert(finds("100%%{{}}", "100%{}"));
    ck_assert(finds("a\nb \xff_{index}", "a\nb \xff_000"));
}
END_TEST

/* Whatever a template makes is found again, with its index. */
START_TEST(look_finds_what_render_makes)
{
    scratch_enter();
    static const char *const outputs[] = {
        "run.avro",     "run_{index:d}1.avro",      "%Y%m%d%H%M%S{index:06d}",
        "%F_%T_%s_%f",  "{index:020d}%y%j%U%V%G%u", "%s{{{index}}}",
        "{stem}.{ext}",
    };
    static const int64_t starts[] = {INT64_MIN, -1, 0, NEW_YEAR, INT64_MAX};
    static const uint64_t indexes[] = {0, 1, 999, 1000, 123456789, UINT64_MAX};
    for (size_t i = 0; i < sizeof outputs / sizeof outputs[0]; i++) {
        struct tlm_names names = init_good(outputs[i], NULL, true);
        for (size_t k = 0; k < 5 * 6; k++) {
            struct tlm_buf name = {0};
            ck_assert_int_eq(tlm__names_render(&names, indexes[k % 6], starts[k / 6], &name, NULL),
                             TLM_OK);
            scratch_write((const char *)name.data, "");
            struct tlm_names_found found;
            ck_assert_int_eq(tlm__names_look(&names, &found, &error), TLM_OK);
            ck_assert_msg(found.any && found.max_index == indexes[k % 6], "%s: %s", names.pattern,
                          (const char *)name.data);
            ck_assert_int_eq(unlink((const char *)name.data), 0);
            tlm__buf_release(&name);
        }
        tlm__names_release(&names);
    }
}
END_TEST

START_TEST(look_partials)
{
    scratch_enter();
    scratch_write(".run_003.avro.partial.1", "");
    scratch_write(".run_0003.avro.partial", "");
    scratch_write("run_009.avro.partial", "");
    scratch_write(".partial", "");
    struct tlm_names_found found = look("run.avro", true);
    ck_assert(!found.any && !found.any_partial);
    scratch_write(".run_003.avro.partial", "");
    scratch_write(".run_012.avro.partial", "");
    scratch_write("run_001.avro", "");
    scratch_write("run_1002.avro", "");
    scratch_write("run_002.avro", "");
    found = look("run.avro", true);
    ck_assert(found.any && found.any_partial);
    ck_assert_uint_eq(found.max_index, 1002);
    ck_assert_str_eq(found.example, "run_1002.avro");
    ck_assert_uint_eq(found.partial_index, 12);
    ck_assert_str_eq(found.partial, ".run_012.avro.partial");
}
END_TEST

START_TEST(look_elsewhere)
{
    scratch_enter();
    struct tlm_names_found found = look("missing/dir/run.avro", true);
    ck_assert(!found.any && !found.any_partial);
    ck_assert_int_eq(mkdir("dir", 0777), 0);
    ck_assert_int_eq(mkdir("dir/run_000.avro", 0777), 0); /* a folder takes the name as well */
    ck_assert(look("dir/run.avro", true).any);
    scratch_write("file", "");
    struct tlm_names names = init_good("file/run.avro", NULL, true);
    ck_assert_int_eq(tlm__names_look(&names, &found, &error), TLM_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "folder file: Not a directory"));
    tlm__names_release(&names);
    names = init_good("dir/run.avro", NULL, true);
    scratch_forbid("dir", 0333);
    ck_assert_int_eq(tlm__names_look(&names, &found, &error), TLM_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "folder dir: Permission denied"));
    tlm__names_release(&names);
    scratch_allow();
}
END_TEST

START_TEST(look_at_many)
{
    scratch_enter();
    char name[64];
    for (int i = 0; i < 10000; i++) {
        snprintf(name, sizeof name, "run_%05d.avro", i);
        ck_assert_int_eq(close(open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0666)), 0);
    }
    struct tlm_names_found found = look("run_{index:05d}.avro", false);
    ck_assert(found.any);
    ck_assert_uint_eq(found.max_index, 9999);
    ck_assert(!look("run_{index:06d}.avro", false).any);
    /* One with many conversions must not try every split of a long row of digits. */
    memset(name, '1', 60);
    name[60] = '\0';
    scratch_write(name, "");
    ck_assert(!look("%Y%m%d%H%M%S%y%j%U%V%G%u%f%Y%m%d{index}x", false).any);
}
END_TEST

UNIT_MAIN("names", plain_names, rotated_names, index_widths, stems, bad_templates, fine_templates,
          longest_name, times, times_like_strftime, look_matches, look_finds_what_render_makes,
          look_partials, look_elsewhere, look_at_many)
