// snomed_id.h -- what an identifier of SNOMED CT looks like, so that a damaged one is found.
#ifndef SNOMED_ID_H
#define SNOMED_ID_H

#include "base/base.h"

// Whether it has 6 to 18 digits, no 0 in front and the right check digit. Nothing is said about
// whether such a concept exists.
bool snomed_id_holds(Str id);

#endif
