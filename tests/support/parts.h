/* Parts in a fresh folder, for tests of lib/files. */
#ifndef TLM_TESTS_PARTS_H
#define TLM_TESTS_PARTS_H

#include <stdint.h>

#include "files/part.h"
#include "support/scratch.h"

#define PARTIAL ".run.avro.partial"

static struct tlm_error error;
static struct tlm_folder folder = {.fd = -1};
static char notes[4096]; /* each with a newline */

static inline void take_note(void *ctx, const char *message)
{
    ck_assert_ptr_eq(ctx, &folder);
    strncat(notes, message, sizeof notes - strlen(notes) - 2);
    strcat(notes, "\n");
}

/* A fresh folder to work in, open as `folder`. */
static inline void enter(void)
{
    scratch_enter();
    tlm__folder_release(&folder);
    ck_assert_int_eq(tlm__folder_open(&folder, ".", false, &error), TLM_OK);
    notes[0] = '\0';
}

static inline void leave(void)
{
    tlm__folder_release(&folder);
}

static inline struct tlm_part_request request(const char *name)
{
    return (struct tlm_part_request){
        .folder = &folder, .name = name, .on_note = take_note, .ctx = &folder};
}

static inline struct tlm_part_file *create_with(struct tlm_part_request how)
{
    struct tlm_part_file *part = NULL;
    ck_assert_msg(tlm__part_create(&part, &how, &error) == TLM_OK, "%s", error.message);
    return part;
}

static inline struct tlm_part_file *create(const char *name)
{
    return create_with(request(name));
}

static inline void message_has(const char *text)
{
    ck_assert_msg(strstr(error.message, text), "\"%s\" lacks \"%s\"", error.message, text);
}

static inline void create_fails(struct tlm_part_request how, enum tlm_code code,
                                const char *message)
{
    struct tlm_part_file *part = NULL;
    ck_assert_int_eq(tlm__part_create(&part, &how, &error), code);
    ck_assert_ptr_null(part);
    ck_assert_int_eq(error.code, code);
    message_has(message);
}

static inline void write_text(struct tlm_part_file *part, const char *text)
{
    ck_assert_msg(tlm__part_write(part, text, strlen(text), &error) == TLM_OK, "%s", error.message);
}

static inline void publish_good(struct tlm_part_file *part)
{
    ck_assert_msg(tlm__part_publish(part, true, &error) == TLM_OK, "%s", error.message);
}

static inline void publish_fails(struct tlm_part_file *part, enum tlm_code code,
                                 const char *message)
{
    ck_assert_int_eq(tlm__part_publish(part, true, &error), code);
    message_has(message);
}

static inline void holds(const char *path, const char *content)
{
    ck_assert_str_eq(scratch_read(path), content);
}

#endif
