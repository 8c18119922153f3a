// cohort_share.c -- definitions as files: written for others, and read from others.
#include "base/utf8.h"
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_names.h"
#include "insight/cohort/cohort_use.h"
#include "insight/definition/definition.h"

Err definition_export(Ctx *c, const KeptDefinition *kept, DefinitionForm form, Str *out)
{
    const CohortEngine *engine = engine_of(c);
    if (engine == NULL) return ERR_BUSY;
    *out = kept->text;
    if (form == FORM_TEXT) return ERR_OK;
    Definition definition;
    Str why = STR("");
    Err err = definition_parse(c->arena, engine_sets(engine), kept->text, &definition, &why);
    if (err == ERR_INVALID) return ctx_issue(c, STR(""), why);
    TRY(err);
    const CodeSets *sets = engine_sets(engine);
    *out = form == FORM_JSON  ? definition_json(c->arena, &definition)
           : form == FORM_CQL ? definition_cql(c->arena, sets, &definition)
                              : definition_fhir_group(c->arena, sets, &definition);
    return ERR_OK;
}

// As editors on other systems save it: without their mark at the start and their line ends.
static Str plain_text(Arena *arena, Str file)
{
    static const char MARK[] = "\xEF\xBB\xBF";
    if (str_starts(file, str_from_c(MARK))) file = str_slice(file, sizeof MARK - 1, file.len);
    char *out = arena_alloc(arena, file.len + 1, 1);
    size_t len = 0;
    for (size_t i = 0; i < file.len; i++) {
        bool line_end = file.ptr[i] == '\r' && i + 1 < file.len && file.ptr[i + 1] == '\n';
        if (!line_end) out[len++] = file.ptr[i];
    }
    return (Str){out, len};
}

static bool is_text(Str file)
{
    if (!utf8_valid(file)) return false;
    for (size_t i = 0; i < file.len; i++) {
        if (file.ptr[i] == '\0') return false;
    }
    return true;
}

// Whether some line begins with the word that begins a definition.
static bool has_head(Str text)
{
    Str rest = text;
    Str line;
    while (str_split(&rest, '\n', &line)) {
        if (str_starts(str_trim(line), STR("cohort "))) return true;
    }
    return false;
}

// What a file is that is no definition, and what to do about it; "" it may be one.
static Str no_definition(Str text)
{
    size_t at = 0;
    if (!is_text(text)) {
        return STR("This file is not text, so it is not a definition. Choose the .cohort or .json "
                   "file that the other network took from its page \"Definition and versions\"");
    }
    bool json = str_starts(text, STR("{"));
    if ((json && str_find(text, STR("\"resourceType\""), &at)) ||
        str_starts(text, STR("library "))) {
        return STR("This is FHIR or CQL, which is for other programs and cannot be read back. Ask "
                   "for the definition as text (.cohort) or JSON");
    }
    if (json ? !str_find(text, STR("\"cohort\""), &at) : !has_head(text)) {
        return STR("This is not the definition of a cohort. A definition has a line that begins "
                   "with the word cohort, or is JSON with a field cohort");
    }
    return STR("");
}

// A file in either form. What is wrong has the file's own lines (JSON: its own path): they are told
// before it becomes text of ours.
static Err read_file(Ctx *c, const DefinitionKeep *keep, Str text, Definition *out)
{
    Str why = STR("");
    bool json = str_starts(text, STR("{"));
    const CodeSets *sets = engine_sets(engine_of(c));
    Err err = json ? definition_from_json(c->arena, sets, text, out, &why)
                   : definition_parse(c->arena, sets, text, out, &why);
    if (err == ERR_OK) err = definition_answerable(c->arena, out, &why);
    bool judged = keep->publish && !keep->early;
    if (err == ERR_OK && judged) {
        err = cohort_names_known(c, out, json ? STR("") : text, &why);
    }
    return err == ERR_INVALID ? ctx_issue(c, STR("text"), why) : err;
}

Err definition_import(Ctx *c, const DefinitionKeep *keep, KeptDefinition *out)
{
    Str file = keep->text;
    Str key = keep->key;
    if (engine_of(c) == NULL) return ERR_BUSY;
    if (file.len > DEFINITION_FILE_BYTES_MAX) {
        return ctx_issue(c, STR("text"), STR("A definition's file has at most 512 kB"));
    }
    if (key.len > 0 && !definition_key_ok(key)) {
        return ctx_issue(c, STR("key"), STR("A key has small letters, digits and hyphens"));
    }
    Definition definition;
    Str text = str_trim(plain_text(c->arena, file));
    Str wrong = no_definition(text);
    if (wrong.len > 0) return ctx_issue(c, STR("text"), wrong);
    TRY(read_file(c, keep, text, &definition));
    if (key.len > 0) definition.key = key;
    DefinitionKeep read = {.text = definition_text(c->arena, &definition),
                           .publish = keep->publish,
                           .early = keep->early};
    return definition_keep(c, &read, out);
}
