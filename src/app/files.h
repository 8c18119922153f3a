// files.h -- what lies in the data folder, by name.
#ifndef FILES_H
#define FILES_H

#define RECORD_FILE   "trellis.db" // the record, with the journal
#define ACCESS_FILE   "access.db"  // who looked
#define SETTINGS_FILE "trellis.conf"
#define CODES_FOLDER  "code-sets" // files of code sets that stand above the program's own
#define ANCHORS_FOLDER                                                                             \
    "anchors" // heads of both chains, unless Config.anchor_dir says another place

#endif
