// pdf_finish.c -- with qpdf: the language, the title in the window, and what table heads are for.
#include "app/pdf/pdf.h"

#include <qpdf/qpdf-c.h>

enum { TREE_NODES_MAX = 200000, TREE_DEPTH_MAX = 40 };

typedef struct Walk {
    qpdf_data qpdf;
    int nodes;
} Walk;

// The head of a column says so: screen readers then read it with each cell.
static void scope_column(qpdf_data q, qpdf_oh head)
{
    qpdf_oh about = qpdf_oh_new_dictionary(q);
    qpdf_oh_replace_key(q, about, "/O", qpdf_oh_new_name(q, "/Table"));
    qpdf_oh_replace_key(q, about, "/Scope", qpdf_oh_new_name(q, "/Column"));
    qpdf_oh_replace_key(q, head, "/A", about);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the tags are, TREE_DEPTH_MAX at most
static void walk(Walk *w, qpdf_oh node, int depth)
{
    qpdf_data q = w->qpdf;
    if (depth > TREE_DEPTH_MAX || ++w->nodes > TREE_NODES_MAX) return;
    if (qpdf_oh_is_array(q, node)) {
        int count = qpdf_oh_get_array_n_items(q, node);
        for (int i = 0; i < count; i++) walk(w, qpdf_oh_get_array_item(q, node, i), depth + 1);
        return;
    }
    if (!qpdf_oh_is_dictionary(q, node)) return;
    qpdf_oh kind = qpdf_oh_get_key(q, node, "/S");
    if (qpdf_oh_is_name(q, kind) && strcmp(qpdf_oh_get_name(q, kind), "/TH") == 0) {
        scope_column(q, node);
    }
    walk(w, qpdf_oh_get_key(q, node, "/K"), depth + 1);
}

static void complete(qpdf_data q)
{
    qpdf_oh root = qpdf_get_root(q);
    qpdf_oh_replace_key(q, root, "/Lang", qpdf_oh_new_unicode_string(q, "en-GB"));
    qpdf_oh view = qpdf_oh_new_dictionary(q);
    qpdf_oh_replace_key(q, view, "/DisplayDocTitle", qpdf_oh_new_bool(q, QPDF_TRUE));
    qpdf_oh_replace_key(q, root, "/ViewerPreferences", view);
    qpdf_oh mark = qpdf_oh_new_dictionary(q);
    qpdf_oh_replace_key(q, mark, "/Marked", qpdf_oh_new_bool(q, QPDF_TRUE));
    qpdf_oh_replace_key(q, root, "/MarkInfo", mark);
    Walk w = {.qpdf = q};
    walk(&w, qpdf_oh_get_key(q, root, "/StructTreeRoot"), 0);
}

Err pdf_finish(Str drawn, Buf *out)
{
    qpdf_data q = qpdf_init();
    qpdf_silence_errors(q);
    bool ok = qpdf_read_memory(q, "drawn", drawn.ptr, drawn.len, NULL) < QPDF_ERRORS;
    if (ok) {
        complete(q);
        ok = qpdf_init_write_memory(q) < QPDF_ERRORS;
    }
    if (ok) {
        qpdf_set_object_stream_mode(q, qpdf_o_generate);
        ok = qpdf_write(q) < QPDF_ERRORS;
    }
    if (ok) {
        buf_add(out, (Str){(const char *)qpdf_get_buffer(q), qpdf_get_buffer_length(q)});
    }
    qpdf_cleanup(&q);
    return ok && buf_ok(out) ? ERR_OK : ERR_FAULT;
}
