// language.h -- names of languages that people speak, in English.
//
// The living languages that ISO 639-1 names, and others that people in England gave as their main
// one in the census of 2021. A name that is not here can still be somebody's: practices write what
// they like.
#ifndef LANGUAGE_H
#define LANGUAGE_H

#include "base/base.h"

bool language_is_named(Str name); // in capitals or not
Str language_at(size_t index);    // "Abkhazian", by name; "" after the last

#endif
