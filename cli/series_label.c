#include "series_label.h"

static void print_text(FILE *out, struct tlm_string text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte == '\n')
            fputs("\\n", out);
        else if (byte == '\t')
            fputs("\\t", out);
        else if (byte < 0x20 || byte == 0x7f)
            fprintf(out, "\\x%02x", byte);
        else
            putc(byte, out);
    }
}

void series_label_print(FILE *out, struct tlm_string channel, const struct tlm_file_pair *tags,
                        size_t n_tags)
{
    print_text(out, channel);
    for (size_t i = 0; i < n_tags; i++) {
        putc(i ? ',' : '{', out);
        print_text(out, tags[i].key);
        putc('=', out);
        print_text(out, tags[i].value);
    }
    if (n_tags)
        putc('}', out);
}
