// campaign_letters_pdf.c -- the letters of a campaign as one document: what trellis-pdf
// (src/app/pdf) makes a tagged PDF of.
#include "base/json.h"
#include "core/core.h"
#include "core/helper.h"
#include "insight/campaign/campaign_letters.h"

enum { ADDRESS_LINES_MAX = 12 };

// An address as people write it on one line, part by part.
static void put_address(JsonOut *json, const CampaignLetter *l)
{
    Str rest = l->address;
    Str line;
    json_field_arr(json, "to");
    json_put_str(json, l->name);
    for (size_t i = 0; i < ADDRESS_LINES_MAX && rest.len > 0; i++) {
        if (i + 1 == ADDRESS_LINES_MAX) {
            line = rest; // nothing of it is lost
            rest = STR("");
        } else if (!str_split(&rest, ',', &line)) {
            break;
        }
        if (str_trim(line).len > 0) json_put_str(json, str_trim(line));
    }
    if (l->postcode.len > 0) json_put_str(json, l->postcode);
    json_arr_end(json);
}

static void put_letter(JsonOut *json, const CampaignLettersPage *m, const CampaignLetter *l)
{
    json_obj_begin(json);
    json_field_obj(json, "letter");
    json_field_str(json, "mark", l->name);
    json_field_arr(json, "from");
    json_put_str(json, m->from);
    json_put_str(json, m->on);
    json_arr_end(json);
    put_address(json, l);
    json_obj_end(json);
    json_obj_end(json);
    for (size_t i = 0; i < l->line_count; i++) {
        json_obj_begin(json);
        json_field_str(json, "p", l->lines[i]);
        json_obj_end(json);
    }
}

Err campaign_letters_pdf(Ctx *c, const CampaignLettersPage *m, bool large, Str *out)
{
    CLEANUP(buf_free) Buf question = buf_new(HELPER_IN_BYTES_MAX);
    JsonOut json = json_out(&question);
    if (c->core->documents == NULL) return ERR_UNSUPPORTED;
    json_obj_begin(&json);
    json_field_str(&json, "title", STR("Letters")); // metadata names nobody
    json_field_bool(&json, "large", large);
    json_field_arr(&json, "blocks");
    for (size_t i = 0; i < m->count; i++) put_letter(&json, m, &m->letters[i]);
    json_arr_end(&json);
    json_obj_end(&json);
    if (!buf_ok(&question)) return ERR_TOO_LARGE;
    return helper_run(c->core->documents, c->arena, buf_str(&question), c->cancelled, out);
}
