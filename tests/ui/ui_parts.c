// ui_parts.c -- writes each part of a form or list once, for tests/ui/contract.test.mjs: a line
// "=== name" and the markup. The parameters are the same as in that file, case by case.
#include "core/ui.h"

#include <stdio.h>

static void part(Buf *buf, const char *name)
{
    printf("=== %s\n", name);
    fwrite(buf->ptr, 1, buf->len, stdout);
    putchar('\n');
    buf_clear(buf);
}

static const UiOption OPTIONS[] = {
    {.value = STR_INIT("1"), .text = STR_INIT("Telephone"), .hint = STR_INIT("or text")},
    {.value = STR_INIT("2"), .text = STR_INIT("Home \"visit\"")},
};

static void fields(Buf *buf)
{
    ui_input(buf, &(UiField){.name = STR("a"), .label = STR("Minutes")});
    part(buf, "input");
    UiField f = {.name = STR("mins"),
                 .label = STR("Minutes & <more>"),
                 .size = STR("s"),
                 .hint = STR("Like 20"),
                 .error = STR("Enter how many minutes"),
                 .value = STR("it's \"20\""),
                 .inputmode = STR("numeric"),
                 .autocomplete = STR("off"),
                 .width = 3};
    ui_input(buf, &f);
    part(buf, "input-error");
    ui_input(buf, &(UiField){
                      .name = STR("a"), .label = STR("Title"), .size = STR("l"), .heading = true});
    part(buf, "input-heading");
    ui_password(buf, &(UiField){.name = STR("pw"), .label = STR("Password")});
    part(buf, "password");
    f.width = 20;
    f.autocomplete = STR("new-password");
    ui_password(buf, &f);
    part(buf, "password-error");
    f.inputmode = STR("");
    f.autocomplete = STR("");
    f.width = 0;
    f.rows = 8;
    ui_textarea(buf, &f);
    part(buf, "textarea-error");
    ui_textarea(buf, &(UiField){.name = STR("n"), .label = STR("Note"), .max = 200});
    part(buf, "character-count");
    f.options = OPTIONS;
    f.option_count = COUNT_OF(OPTIONS);
    f.value = STR("2");
    ui_select(buf, &f);
    part(buf, "select-error");
    ui_radios(buf, &f);
    part(buf, "radios-error");
    ui_radios(buf, &(UiField){.name = STR("how"),
                              .label = STR("How?"),
                              .small = true,
                              .inline_row = true,
                              .options = OPTIONS,
                              .option_count = COUNT_OF(OPTIONS)});
    part(buf, "radios-small");
    ui_checkboxes(buf, &(UiField){.name = STR("how"),
                                  .label = STR("How?"),
                                  .size = STR("m"),
                                  .options = &OPTIONS[1],
                                  .option_count = 1});
    part(buf, "checkboxes");
}

static void others(Buf *buf)
{
    ui_button(buf, (UiButton){.text = STR("Save")});
    part(buf, "button");
    ui_button(buf, (UiButton){.text = STR("Save"),
                              .kind = STR("secondary"),
                              .small = true,
                              .name = STR("do"),
                              .value = STR("x")});
    part(buf, "button-secondary");
    ui_button(buf, (UiButton){.text = STR("Go"), .href = STR("/x")});
    part(buf, "button-link");
    ui_tag(buf, STR("New"), STR("blue"));
    part(buf, "tag");
    const Issue issues[] = {{STR_INIT("mins"), STR_INIT("Enter <minutes>")},
                            {STR_INIT(""), STR_INIT("Try again")}};
    ui_error_summary(buf, issues, COUNT_OF(issues));
    part(buf, "error-summary");
    const UiPages pages = {.page = 5, .pages = 9, .href = STR("/list?page=")};
    ui_pagination(buf, &pages);
    part(buf, "pagination");
    ui_notice(buf, &(UiNotice){.title = STR("Success"), .text = STR("Saved."), .success = true});
    part(buf, "notice");
    const UiPair pairs[] = {
        {STR_INIT("Name"), STR_INIT("Ana"), STR_INIT(""), STR_INIT("/x"), STR_INIT("Change")},
        {STR_INIT("Phone"), STR_INIT(""), STR_INIT(""), STR_INIT(""), STR_INIT("")},
    };
    ui_summary(buf, pairs, COUNT_OF(pairs));
    part(buf, "summary");
    ui_details_begin(buf, STR("More"));
    buf_add(buf, STR("Text"));
    ui_details_end(buf, STR("More"));
    part(buf, "details");
}

int main(void)
{
    CLEANUP(buf_free) Buf buf = buf_new(1 << 20);
    fields(&buf);
    others(&buf);
    return buf_ok(&buf) ? 0 : 1;
}
