/* Inside of recovering:
 *   recover.c         what is good in a file, and a new file of that
 *   recover_finish.c  a dead writer's partial, where it is */
#ifndef TLM_RECOVER_H
#define TLM_RECOVER_H

#include "avro/decode_stream.h"
#include "avro/salvage.h"
#include "figures.h"
#include "files/part.h"

/* One walk through a file. */
struct tlm_rescue {
    const struct tlm_recover_options *options;
    struct tlm_recovery *result;
    struct tlm_container *like;
    struct tlm_salvage *salvage;
    struct tlm_schema_tree tree;
    struct tlm_stream stream;
    struct tlm_figures figures; /* of the header that is kept */
    uint64_t good_end;          /* behind the last good block */
    struct tlm_folder *folder;  /* of the output; NULL: there is none */
    const char *name;           /* of the output in it */
    struct tlm_part_file *part; /* once there is something to keep */
};

/* Walks through the file and fills in *result; with a folder, makes the output as far as it goes
 * without publishing it. fd as in container_input.h. Whatever it returns, release. */
enum tlm_code tlm__rescue_run(struct tlm_rescue *rescue, int fd, struct tlm_error *error);
void tlm__rescue_release(struct tlm_rescue *rescue);
/* The texts of the figures as they should be. */
void tlm__rescue_figures(const struct tlm_rescue *rescue,
                         char texts[TLM_FIGURES][TLM_FIGURE_WIDTH]);

#endif
