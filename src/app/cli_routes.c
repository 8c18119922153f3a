// cli_routes.c -- `trellis routes`: the whole surface that a browser can reach, from the same
// table.
#include "app/cli.h"
#include "app/rooms.h"
#include "base/json.h"

enum { OUT_BYTES_MAX = 4 * 1024 * 1024 };

static const struct {
    unsigned flag;
    const char *word;
} FLAGS[] = {
    {ROUTE_PUBLIC, "public"},     {ROUTE_UPLOAD, "upload"}, {ROUTE_DRAFT, "draft"},
    {ROUTE_FRAGMENT, "fragment"}, {ROUTE_READS, "reads"},   {ROUTE_RAW, "raw"},
};

static void put_json(Buf *text, const RouteTable *table)
{
    JsonOut out = json_out(text);
    out.pretty = true;
    json_obj_begin(&out);
    json_field_arr(&out, "routes");
    for (size_t i = 0; i < route_count(table); i++) {
        const Route *route = route_at(table, i);
        json_obj_begin(&out);
        json_field_str(&out, "method", str_from_c(route->method));
        json_field_str(&out, "path", str_from_c(route->path));
        json_field_str(&out, "capability", str_from_c(CAP_KEYS[route->cap]));
        json_field_str(&out, "class", str_from_c(CLASS_KEYS[route->data]));
        json_field_str(&out, "verb", str_from_c(verb_name(route->verb)));
        json_field_arr(&out, "flags");
        for (size_t f = 0; f < COUNT_OF(FLAGS); f++) {
            if ((route->flags & FLAGS[f].flag) != 0) json_put_str(&out, str_from_c(FLAGS[f].word));
        }
        json_arr_end(&out);
        json_obj_end(&out);
    }
    json_arr_end(&out);
    json_obj_end(&out);
    buf_add_char(text, '\n');
}

static void put_table(Buf *text, const RouteTable *table)
{
    for (size_t i = 0; i < route_count(table); i++) {
        const Route *route = route_at(table, i);
        bool public = (route->flags & ROUTE_PUBLIC) != 0;
        buf_fmt(text, "%-6s %-44s %-20s %-18s %s\n", route->method, route->path,
                public ? "(public)" : CAP_KEYS[route->cap], CLASS_KEYS[route->data],
                verb_name(route->verb));
    }
}

int cli_routes(int argc, char **argv)
{
    CliOption options[] = {{.name = "--json", .is_switch = true},
                           {.name = "--help", .is_switch = true}};
    const char *rest[CLI_ARGS_MAX];
    size_t rest_count = 0;
    if (!cli_parse(argc, argv, options, COUNT_OF(options), rest, &rest_count)) return CLI_USAGE;
    if (options[1].value != NULL) {
        puts(
            "trellis routes [--json]\n\nPrints method, path, capability, data class and audit verb "
            "of every route.");
        return CLI_OK;
    }
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Core core = {0};
    Str why = STR("");
    if (rooms_install(arena, &core, &why) != ERR_OK) return cli_fail_str(why);
    CLEANUP(buf_free) Buf text = buf_new(OUT_BYTES_MAX);
    if (options[0].value != NULL) {
        put_json(&text, core.routes);
    } else {
        put_table(&text, core.routes);
    }
    Str all = buf_str(&text);
    bool wrote = fwrite(all.ptr, 1, all.len, stdout) == all.len && fflush(stdout) == 0;
    return wrote ? CLI_OK : cli_fail("The table could not be printed.");
}
