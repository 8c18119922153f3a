// code_set_data.h -- the program's own code-set files; used by code_set.c only.
#ifndef CODE_SET_DATA_H
#define CODE_SET_DATA_H

#include "nhs/code_set.h"

CodeFiles code_files(void);

#endif
