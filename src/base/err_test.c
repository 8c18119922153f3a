#include "test/test.h"

TEST(every_error_has_a_status_a_fhir_code_and_a_name)
{
    for (int err = ERR_OK; err < ERR_COUNT; err++) {
        int status = err_status((Err)err);
        CHECK(err == ERR_OK ? status == 200 : status >= 400 && status <= 503);
        CHECK(strlen(err_fhir_code((Err)err)) > 0);
        CHECK(strlen(err_name((Err)err)) > 0);
        for (int other = 0; other < err; other++) {
            CHECK(strcmp(err_name((Err)err), err_name((Err)other)) != 0);
            CHECK(status != err_status((Err)other));
        }
    }
}

TEST(absent_and_hidden_are_one_answer)
{
    CHECK_I64(err_status(ERR_NOT_FOUND), 404);
    CHECK(strcmp(err_fhir_code(ERR_NOT_FOUND), "not-found") == 0);
    CHECK_I64(err_status(ERR_CONFLICT), 409);
    CHECK_I64(err_status(ERR_INVALID), 422);
}
