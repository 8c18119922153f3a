// equity_json.c -- see equity_json.h.
#include "insight/equity/equity_json.h"

#include "base/json.h"
#include "core/figure.h"

static void put_dimension(JsonOut *out, const EquitySubject *s, const EquityDimension *d)
{
    json_obj_begin(out);
    json_field_str(out, "key", d->key);
    json_field_str(out, "label", d->label);
    if (d->by.len > 0) json_field_str(out, "by", d->by);
    if (d->asked) json_field_bool(out, "asked", true);
    json_field_arr(out, "groups");
    for (size_t g = 0; g < d->group_count; g++) json_put_str(out, d->groups[g]);
    json_arr_end(out);
    json_field_arr(out, "figures");
    for (size_t i = 0; i < d->group_count * s->stage_count; i++) json_put_i64(out, d->figures[i]);
    json_arr_end(out);
    if (d->expected != NULL) {
        json_field_arr(out, "expected");
        for (size_t i = 0; i < d->group_count * s->stage_count; i++) {
            json_put_i64(out, d->expected[i]);
        }
        json_arr_end(out);
    }
    json_obj_end(out);
}

static const char *const PARTS[EQUITY_PARTS] = {
    [PART_MEET] = "meet",         [PART_BEFORE] = "before",
    [PART_LISTED] = "listed",     [PART_ON_CASELOAD] = "onCaseload",
    [PART_DECLINED] = "declined", [PART_OPTED_OUT] = "optedOut",
    [PART_GONE] = "gone",
};

static void put_bridge(JsonOut *out, const EquityBridge *bridge)
{
    if (!bridge->given) return;
    json_field_obj(out, "bridge");
    for (size_t i = 0; i < EQUITY_PARTS; i++) json_field_i64(out, PARTS[i], bridge->figures[i]);
    json_obj_end(out);
}

Err equity_subject_body(Arena *arena, const EquitySubject *s, Str *out)
{
    CLEANUP(buf_free) Buf buf = buf_new(EQUITY_BODY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    json_obj_begin(&json);
    json_field_str(&json, "key", s->key);
    json_field_str(&json, "name", s->name);
    json_field_arr(&json, "stages");
    for (size_t i = 0; i < s->stage_count; i++) {
        json_obj_begin(&json);
        json_field_str(&json, "key", s->stages[i].key);
        json_field_str(&json, "label", s->stages[i].label);
        json_field_bool(&json, "joins", s->stages[i].joins);
        json_field_i64(&json, "people", s->stages[i].people);
        json_obj_end(&json);
    }
    json_arr_end(&json);
    json_field_arr(&json, "dimensions");
    for (size_t d = 0; d < s->dimension_count; d++) put_dimension(&json, s, &s->dimensions[d]);
    json_arr_end(&json);
    put_bridge(&json, &s->bridge);
    json_field_i64(&json, "leftOutOptedOut", s->opted_out);
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_TOO_LARGE;
    *out = arena_str(arena, buf_str(&buf));
    return ERR_OK;
}

static bool figure_read(const Json *node, int64_t *out)
{
    return json_i64(node, out) && *out >= FIGURE_ASKED_FEW;
}

static bool read_stages(const Json *list, EquitySubject *out)
{
    out->stage_count = json_count(list);
    if (out->stage_count > EQUITY_STAGES_MAX) return false;
    for (size_t i = 0; i < out->stage_count; i++) {
        const Json *node = json_at(list, i);
        EquityStage *stage = &out->stages[i];
        *stage = (EquityStage){.key = json_str(json_get(node, "key")),
                               .label = json_str(json_get(node, "label"))};
        if (!json_bool(json_get(node, "joins"), &stage->joins)) return false;
        if (!figure_read(json_get(node, "people"), &stage->people)) return false;
    }
    return true;
}

static bool read_dimension(Arena *arena, const Json *node, const EquitySubject *s,
                           EquityDimension *out)
{
    const Json *groups = json_get(node, "groups");
    const Json *figures = json_get(node, "figures");
    *out = (EquityDimension){.key = json_str(json_get(node, "key")),
                             .label = json_str(json_get(node, "label")),
                             .by = json_str(json_get(node, "by")),
                             .group_count = json_count(groups)};
    const Json *asked = json_get(node, "asked"); // not in releases before there was this
    if (asked != NULL && !json_bool(asked, &out->asked)) return false;
    size_t places = out->group_count * s->stage_count;
    if (out->group_count > EQUITY_GROUPS_MAX || json_count(figures) != places) return false;
    out->groups = ARENA_ARRAY(arena, Str, out->group_count + 1);
    for (size_t g = 0; g < out->group_count; g++) out->groups[g] = json_str(json_at(groups, g));
    out->figures = ARENA_ARRAY(arena, int64_t, places + 1);
    for (size_t i = 0; i < places; i++) {
        if (!figure_read(json_at(figures, i), &out->figures[i])) return false;
    }
    const Json *expected = json_get(node, "expected");
    if (expected == NULL) return true;
    if (json_count(expected) != places) return false;
    out->expected = ARENA_ARRAY(arena, int64_t, places + 1);
    for (size_t i = 0; i < places; i++) {
        if (!json_i64(json_at(expected, i), &out->expected[i])) return false;
        if (out->expected[i] < EQUITY_NO_EXPECTED) return false;
    }
    return true;
}

static bool read_bridge(const Json *node, EquityBridge *out)
{
    out->given = node != NULL;
    for (size_t i = 0; out->given && i < EQUITY_PARTS; i++) {
        if (!figure_read(json_get(node, PARTS[i]), &out->figures[i])) return false;
    }
    return true;
}

Err equity_subject_read(Arena *arena, Str body, EquitySubject *out)
{
    JsonErr why;
    const Json *json = json_parse(arena, body, (JsonLimits){.bytes = EQUITY_BODY_BYTES_MAX}, &why);
    const Json *dimensions = json_get(json, "dimensions");
    *out = (EquitySubject){.key = json_str(json_get(json, "key")),
                           .name = json_str(json_get(json, "name")),
                           .dimension_count = json_count(dimensions)};
    if (out->key.len == 0 || out->dimension_count > EQUITY_DIMENSIONS_MAX) return ERR_FAULT;
    if (!read_stages(json_get(json, "stages"), out)) return ERR_FAULT;
    if (!read_bridge(json_get(json, "bridge"), &out->bridge)) return ERR_FAULT;
    const Json *opted_out = json_get(json, "leftOutOptedOut");
    out->opted_out = FIGURE_HELD;
    if (opted_out != NULL && !figure_read(opted_out, &out->opted_out)) return ERR_FAULT;
    for (size_t d = 0; d < out->dimension_count; d++) {
        if (!read_dimension(arena, json_at(dimensions, d), out, &out->dimensions[d])) {
            return ERR_FAULT;
        }
    }
    return ERR_OK;
}
