// err.c -- one table: an error, its HTTP status, its FHIR issue type.
#include "base/base.h"

static const struct {
    int status;
    const char *fhir_code;
    const char *name;
} TABLE[ERR_COUNT] = {
    [ERR_OK] = {200, "informational", "OK"},
    [ERR_INVALID] = {422, "invalid", "INVALID"},
    [ERR_MALFORMED] = {400, "structure", "MALFORMED"},
    [ERR_SIGNED_OUT] = {401, "login", "SIGNED_OUT"},
    [ERR_FORBIDDEN] = {403, "forbidden", "FORBIDDEN"},
    [ERR_NOT_FOUND] = {404, "not-found", "NOT_FOUND"},
    [ERR_CONFLICT] = {409, "conflict", "CONFLICT"},
    [ERR_TOO_LARGE] = {413, "too-long", "TOO_LARGE"},
    [ERR_UNSUPPORTED] = {415, "not-supported", "UNSUPPORTED"},
    [ERR_TOO_MANY] = {429, "throttled", "TOO_MANY"},
    [ERR_BUSY] = {503, "transient", "BUSY"},
    [ERR_FAULT] = {500, "exception", "FAULT"},
};

int err_status(Err err)
{
    assert(err < ERR_COUNT);
    return TABLE[err].status;
}

const char *err_fhir_code(Err err)
{
    assert(err < ERR_COUNT);
    return TABLE[err].fhir_code;
}

const char *err_name(Err err)
{
    assert(err < ERR_COUNT);
    return TABLE[err].name;
}
