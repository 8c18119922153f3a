// plan_doc.c -- the plan as a PDF. Not made by this build: says so, and leads to the print page.
#include "care/plan/plan_pages.h"

Err plan_pdf(Ctx *c, const Request *req, Response *res)
{
    (void)c;
    (void)req;
    res->status = 503;
    return res_text(res, "text/plain; charset=utf-8",
                    STR("PDF files cannot be made here. Use the print page instead."));
}
