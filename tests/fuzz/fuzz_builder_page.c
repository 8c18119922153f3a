// fuzz_builder_page.c -- whatever is sent to the page of a definition, one form after another: a
// page comes back, the draft opens again, "Undo" gives what was before, and what is saved is read.
//
// The first line is the key, the role's first letter before it ("c new", "m carers"); each further
// line a form, with "+" before it to save it.
#include "base/utf8.h"
#include "core/decode.h"
#include "insight/builder/builder.h"
#include "insight/builder/builder_state.h"
#include "world.h"

enum { TEXT_BYTES_MAX = 32 * 1024, FORMS_MAX = 5, PAGE_BYTES_MAX = 8 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const Route *route_of(const char *method, const char *path)
{
    for (size_t i = 0; i < BUILDER_ROOM.route_count; i++) {
        const Route *route = &BUILDER_ROOM.routes[i];
        if (strcmp(route->method, method) == 0 && strcmp(route->path, path) == 0) return route;
    }
    abort();
}

static Err ask(Test *t, const Route *route, Str key, Str body, Response *res)
{
    Request req = {.route = route,
                   .method = str_from_c(route->method),
                   .params = {{STR("key"), key}},
                   .param_count = 1};
    Pair *pairs = NULL;
    *res = (Response){.body = buf_new(PAGE_BYTES_MAX)};
    if (decode_urlencoded(t->c->arena, body, &pairs, &req.form_count) != ERR_OK) return ERR_OK;
    req.form = pairs;
    t->c->issue_count = 0;
    store_refresh(t->c->core->store, t->c->db);
    Err err = route->handler(t->c, &req, res);
    store_refresh(t->c->core->store, t->c->db);
    return err;
}

// What is kept of the work: whatever was sent, it can be opened and read.
static Str text_now(Test *t, Str key)
{
    Request req = {.params = {{STR("key"), key}}, .param_count = 1};
    BuilderState *state = ARENA_NEW(t->c->arena, BuilderState);
    Definition again;
    Str why = STR("");
    must(state_load(t->c, &req, state) == ERR_OK && state->good != NULL);
    must(definition_parse(t->c->arena, cohort_sets(t->c), state->good_text, &again, &why) ==
         ERR_OK);
    return state->good_text;
}

static void draw(Test *t, Str key)
{
    Response res;
    must(ask(t, route_of("GET", "/cohorts/:key/edit"), key, STR(""), &res) == ERR_OK);
    must(buf_ok(&res.body) && utf8_valid(buf_str(&res.body)));
    buf_free(&res.body);
}

static void send(Test *t, Str key, Str line)
{
    bool saves = str_starts(line, STR("+"));
    const char *path = saves ? "/cohorts/:key/save" : "/cohorts/:key/edit";
    Response res;
    Err err = ask(t, route_of("POST", path), key, str_slice(line, saves, line.len), &res);
    must(err == ERR_OK || err == ERR_INVALID || err == ERR_CONFLICT || err == ERR_NOT_FOUND);
    must(buf_ok(&res.body));
    for (size_t i = 0; i < t->c->issue_count; i++) must(t->c->issues[i].text.len > 0);
    buf_free(&res.body);
}

static void work(Test *t, Str key, Str forms)
{
    Str line;
    send(t, key, STR("act=discard"));
    for (int i = 0; i < FORMS_MAX && str_split(&forms, '\n', &line); i++) {
        Str before = text_now(t, key);
        send(t, key, line);
        Str after = text_now(t, key);
        bool saved = str_starts(line, STR("+"));
        if (saved || str_eq(before, after)) continue;
        send(t, key, STR("act=undo"));
        (void)text_now(t, key);
        send(t, key, line); // and on from there
    }
    draw(t, key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str rest = {(const char *)data, size};
    Str key;
    if (size < 3 || size > TEXT_BYTES_MAX || !str_split(&rest, '\n', &key) || key.len < 3 ||
        rest.ptr == NULL) {
        return 0;
    }
    Test *t = world_begin();
    test_actor(t, key.ptr[0] == 'm' ? ROLE_PCN_MANAGER : ROLE_CARE_COORDINATOR);
    key = str_slice(key, 2, key.len);
    Request req = {.params = {{STR("key"), key}}, .param_count = 1};
    BuilderState *state = ARENA_NEW(t->c->arena, BuilderState);
    if (state_load(t->c, &req, state) == ERR_OK) work(t, key, rest); // else no such definition
    world_end(t);
    return 0;
}
