// verify.h -- has anybody changed the journal or the access log behind the program's back?
//
// A small part that shares nothing with the writer of the chains but SQLite and SHA-256: what it
// knows of the entries' form it has from the description at the top of core/journal.c.
#ifndef VERIFY_H
#define VERIFY_H

#include "base/base.h"

// Walks both chains of `data_dir`, compares the heads anchored in `anchor_dir` ("" for the folder
// inside data_dir), and prints counts and the first damage of each chain as a sentence. Reads only;
// may run beside a server. Returns 0 when all is well, 1 for damage, 2 when something cannot be
// read.
int verify_chains(Str data_dir, Str anchor_dir, FILE *out);

#endif
