#include "plot/number_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

char *number_text(char out[NUMBER_TEXT], double value)
{
    bool whole = fabs(value) < 1e12 && value == floor(value);
    snprintf(out, NUMBER_TEXT, whole ? "%.0f" : "%.6g", value == 0 ? 0 : value);
    return out;
}
