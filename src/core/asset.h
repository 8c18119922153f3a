// asset.h -- the files a browser loads, packed into the program by tools/embed.
//
// Each has two addresses: one with a part of its SHA-256 in the name, which may be kept for ever,
// and its plain one, which may be kept for a short time. Pages use the first: ASSET_* macros of
// the generated assets.h, or asset_url.
#ifndef ASSET_H
#define ASSET_H

#include "base/base.h"

typedef struct Asset {
    Str path;   // "/assets/app.css"
    Str hashed; // "/assets/app-1a2b3c4d5e6f.css"
    Str type;   // "text/css; charset=utf-8"
    Str body;
    Str gzip;   // empty when not smaller than the body
    Str brotli; // likewise
} Asset;

enum { ASSET_HASH_CHARS = 12 }; // 48 bits: names of one release, not a proof against forgery

extern const Asset ASSETS[]; // generated; in the order of their paths
extern const size_t ASSET_COUNT;

// By either address; *forever_out says that it was the hashed one. NULL when there is none.
const Asset *asset_find(Str path, bool *forever_out);

// The hashed address of a plain one; the plain one itself when there is no such asset.
Str asset_url(Str path);

#endif
