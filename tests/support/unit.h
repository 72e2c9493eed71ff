/* The main function of a unit test program (check). Prints one closing line that scripts/check
 * adds up. CK_FORK=no in the environment runs everything in one process, for debuggers. */
#ifndef TLM_TESTS_UNIT_H
#define TLM_TESTS_UNIT_H

#include <check.h>
#include <stdio.h>

#define UNIT_MAIN(name, ...)                                                          \
    int main(void)                                                                    \
    {                                                                                 \
        const TTest *const tests[] = {__VA_ARGS__};                                   \
        Suite *suite = suite_create(name);                                            \
        TCase *cases = tcase_create(name);                                            \
        tcase_set_timeout(cases, 300);                                                \
        for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)                   \
            tcase_add_test(cases, tests[i]);                                          \
        suite_add_tcase(suite, cases);                                                \
        SRunner *runner = srunner_create(suite);                                      \
        srunner_run_all(runner, CK_ENV);                                              \
        int failed = srunner_ntests_failed(runner), run = srunner_ntests_run(runner); \
        srunner_free(runner);                                                         \
        printf("unit %s: %d passed, %d failed\n", name, run - failed, failed);        \
        return failed != 0;                                                           \
    }

#endif
