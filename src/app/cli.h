// cli.h -- commands beside `trellis serve`. Each gets the words after its name, prints what happened
// and returns the program's exit code: 0 done, 1 damage or refused, 2 wrong use or unreadable.
#ifndef CLI_H
#define CLI_H

#include "core/route.h"

// trellis verify --data DIR [--anchors DIR]
int cli_verify(int argc, char **argv, const Room *const *rooms, size_t room_count);
// trellis backup --data DIR --to NEW_DIR [--anchors DIR]   also while the server runs
int cli_backup(int argc, char **argv);
// trellis restore --from BACKUP_DIR --data DIR             DIR absent or empty
int cli_restore(int argc, char **argv);

// Reads "--name value" pairs: the value of each of `names` (NULL-terminated list) into `values`,
// "" when absent. False, after saying so on standard error, for anything else.
bool cli_options(int argc, char **argv, const char *const *names, Str *values);

#endif
