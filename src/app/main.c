// main.c -- the program: a table of commands.
#include "app/cli.h"

typedef struct Command {
    const char *name;
    int (*run)(int argc, char **argv); // argv[0] is the command's name
    const char *about;
} Command;

static const Command COMMANDS[] = {
    {"serve", cli_serve, "answer web requests"},
    {"import", cli_import, "bring in a practice's extract or FHIR, list and undo imports"},
    {"codes", cli_codes, "list the code sets, load newer ones of the deployment"},
    {"cohort", cli_cohort, "list the ready-made cohorts, run one, count who is found"},
    {"demo", cli_demo, "make a data folder with an invented network in it"},
    {"user", cli_user, "add, list, suspend, activate or reset accounts"},
    {"verify", cli_verify, "walk both logs and compare them with the record"},
    {"backup", cli_backup, "copy the stores into a new folder, also while the server runs"},
    {"restore", cli_restore, "make a data folder from a backup, and verify it"},
    {"routes", cli_routes, "print every route with its capability, data class and audit verb"},
    {"config", cli_config_command, "print the settings and what they mean"},
    {"doctor", cli_doctor, "look at this machine and the data folder, and say what is wrong"},
};

static void help(FILE *out)
{
    fputs("Trellis, the care-coordination system of a Primary Care Network\n\n"
          "usage: trellis COMMAND [options]\n\n",
          out);
    for (size_t i = 0; i < COUNT_OF(COMMANDS); i++) {
        fprintf(out, "  %-10s %s\n", COMMANDS[i].name, COMMANDS[i].about);
    }
    fputs("\ntrellis COMMAND --help tells more. Exit codes: 0 done, 1 failed, 2 asked wrongly.\n",
          out);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        help(stderr);
        return CLI_USAGE;
    }
    bool told = strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0;
    bool itself =
        told && (argc == 2 || strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "help") == 0);
    if (itself) {
        help(stdout);
        return CLI_OK;
    }
    char *name = told ? argv[2] : argv[1];
    char *of_it[] = {name, (char[]){"--help"}, NULL};
    for (size_t i = 0; i < COUNT_OF(COMMANDS); i++) {
        if (strcmp(name, COMMANDS[i].name) != 0) continue;
        return told ? COMMANDS[i].run(2, of_it) : COMMANDS[i].run(argc - 1, argv + 1);
    }
    fprintf(stderr, "There is no command \"%s\". Try: trellis help\n", name);
    return CLI_USAGE;
}
