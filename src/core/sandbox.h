// sandbox.h -- what the server gives up once it has what it needs: other files, other programs.
//
// Landlock leaves it its own folders; seccomp takes away system calls that no web server makes.
// Where the kernel has neither, the server runs without and says so in its log.
#ifndef SANDBOX_H
#define SANDBOX_H

#include "base/base.h"

typedef struct Sandbox {
    const char *const
        *folders; // may be read and written, with all in them; NULL entries are skipped
    size_t folder_count;
    int port; // may be listened on; nothing may be connected to
} Sandbox;

typedef struct SandboxState {
    int landlock; // its version, 0: not there
    bool seccomp;
} SandboxState;

// For this process and threads made later; cannot be undone. Call before the first thread.
// Errors: ERR_FAULT when the kernel has it and refuses.
MUST_USE Err sandbox_enter(const Sandbox *sandbox, SandboxState *out);

// Tries what must fail now: opening a file elsewhere, starting a program. False: something worked.
bool sandbox_holds(const SandboxState *state);

#endif
