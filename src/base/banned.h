// banned.h -- names our code must not call; base.h includes it, so every file gets it.
#ifndef BANNED_H
#define BANNED_H

// The system headers come first: poison is about our calls, not their declarations.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy // some C libraries make these macros
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat strncpy strncat strtok sprintf vsprintf gets
#pragma GCC poison atoi atol atof gmtime localtime popen rand srand random
// Not poisoned: system(). Codes have a system (SNOMED CT, LOINC); tidy looks for the call instead.
#endif
