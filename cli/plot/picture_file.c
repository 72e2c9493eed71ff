#include "plot/picture_file.h"

#include <stdlib.h>

#include "cat/cat_sink.h"
#include "plot/scan.h"

static enum tlm_code write_bytes(const char *path, const char *bytes, size_t len,
                                 struct tlm_error *error)
{
    struct cat_sink sink;
    enum tlm_code code = cat_sink_open(&sink, path, true, error);
    if (!code)
        code = cat_sink_write(&sink, bytes, len, error);
    if (!code)
        code = cat_sink_publish(&sink, error);
    if (code && sink.closed) /* nobody wants to see it any more */
        code = TLM_OK;
    cat_sink_release(&sink);
    return code;
}

enum tlm_code picture_file_write(const char *path, picture_page *page,
                                 const struct picture *picture, struct tlm_error *error)
{
    char *bytes = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&bytes, &len);
    bool made = out && page(out, picture);
    if (out)
        made = fclose(out) == 0 && made;
    enum tlm_code code = made ? write_bytes(path, bytes, len, error) : scan_fail_memory(error);
    free(bytes);
    return code;
}
