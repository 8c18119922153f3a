// demo_lists.c -- opt-outs of a few in a hundred, scores of those over 65 in two practices.
#include "app/demo_lists.h"

#include <sys/mman.h>
#include <unistd.h>

enum {
    ROW_BYTES_MAX = 80,
    LIST_STREAM = 1000000000, // of the dice: nobody else's
    SCORED_FROM_AGE = 65,
    EFI2_PRACTICES = 2, // the others' systems do not send it
    DEFICITS_OF = 36,
    SCORED_DAYS_AGO = 24,
};

DemoLists demo_lists_begin(void)
{
    size_t bytes = (size_t)DEMO_PEOPLE_MAX * ROW_BYTES_MAX;
    DemoLists lists = {buf_new(bytes), buf_new(bytes)};
    buf_add_c(&lists.opt_outs, "NHS number,Opt-out,State,Date\r\n");
    buf_add_c(&lists.scores, "NHS number,Score,Value,Date,Source\r\n");
    return lists;
}

void demo_lists_end(DemoLists *lists)
{
    buf_free(&lists->opt_outs);
    buf_free(&lists->scores);
}

// About as many as say so in England of national data; fewer of the others.
static const struct {
    const char *kind;
    double chance;
} KINDS[] = {{"National data", 0.03}, {"Type 1", 0.01}, {"Direct care", 0.006}};

static void add_opt_outs(DemoLists *lists, Arena *scratch, Dice *dice, const DemoTown *town,
                         int64_t index)
{
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        bool objects = dice_chance(dice, KINDS[i].chance);
        Date on = date_add_days(town->extract_on, -dice_between(dice, 30, 2000));
        if (!objects) continue;
        Str day = date_iso(scratch, on);
        buf_fmt(&lists->opt_outs, "%lld,%s,opted out," STR_FMT "\r\n",
                (long long)town->numbers[index], KINDS[i].kind, STR_ARG(day));
    }
}

// About the share of deficits, as the newer index mostly is.
static void add_score(DemoLists *lists, Arena *scratch, Dice *dice, const DemoTown *town,
                      int64_t index, const DemoHealth *health)
{
    double value = (double)health->deficits / DEFICITS_OF + 0.02 * dice_normal(dice);
    Str day = date_iso(scratch, date_add_days(town->extract_on, -SCORED_DAYS_AGO));
    buf_fmt(&lists->scores, "%lld,eFI2,%.2f," STR_FMT ",GP system\r\n",
            (long long)town->numbers[index], value < 0 ? 0 : value, STR_ARG(day));
}

void demo_lists_add(DemoLists *lists, Arena *scratch, const DemoTown *town, int64_t index,
                    const DemoPerson *who, const DemoHealth *health)
{
    Dice dice = dice_of(town->options.seed, (uint64_t)(LIST_STREAM + index));
    bool here = who->import.person.registration == REGISTRATION_CURRENT;
    if (!here || town->numbers[index] == 0 || index < (int64_t)DEMO_NAMED_COUNT) return;
    if (!town->supported[index]) add_opt_outs(lists, scratch, &dice, town, index);
    if (who->age >= SCORED_FROM_AGE && who->practice < EFI2_PRACTICES) {
        add_score(lists, scratch, &dice, town, index, health);
    }
}

// ---- sent

static Err file_of(const Buf *text, int *fd_out)
{
    Str left = buf_str(text);
    int fd = memfd_create("trellis-demo", MFD_CLOEXEC);
    if (fd < 0) return ERR_FAULT;
    while (left.len > 0) {
        ssize_t put = write(fd, left.ptr, left.len);
        if (put <= 0) break;
        left = str_slice(left, (size_t)put, left.len);
    }
    if (left.len > 0 || lseek(fd, 0, SEEK_SET) != 0) {
        (void)close(fd);
        return ERR_FAULT;
    }
    *fd_out = fd;
    return ERR_OK;
}

Err demo_lists_load(Ctx *c, const DemoLists *lists, const DemoTown *town)
{
    int fd = -1;
    Str ref = STR("");
    Report *report = NULL;
    ImportOptions options = {.extract_on = town->extract_on, .changes_only = true};
    TRY(file_of(&lists->opt_outs, &fd)); // the import closes it
    TRY(import_opt_outs(c, fd, STR("opt-outs.csv"), &options, &report, &ref));
    TRY(file_of(&lists->scores, &fd));
    return import_scores(c, fd, STR("efi2.csv"), &options, &report, &ref);
}
