// page.c -- runs the templates of page.ht with values that try to leave their place.
#include "page_page.h"

int main(void)
{
    const Row rows[] = {{7, STR("Ann & Bob")}, {8, STR("<script>alert(1)</script>")}};
    Shown shown = {.name = STR("O'Neil \"x\" <b>"),
                   .flag = true,
                   .count = 2,
                   .rows = rows,
                   .url = "javascript:alert(1)",
                   .born = {-7638},
                   .at = {1794915600000}};
    Buf o = buf_new(1 << 20);
    page_show(&o, &shown);
    shown.count = 1;
    shown.flag = false;
    shown.url = "/people?a=1&b='";
    page_show(&o, &shown);
    every_place(&o, STR("\n\"'><&/ ../\x80\0?"), 1);
    every_place(&o, STR("/ok"), 0);
    fwrite(o.ptr, 1, o.len, stdout);
    buf_free(&o);
    return 0;
}
