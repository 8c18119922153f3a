// pdf_main.c -- trellis-pdf: one document on standard input, its PDF on standard output.
//
// The server's keeper (core/helper.h) starts it for each document and limits its time and memory.
// Before it reads anything it gives up sockets, starting programs and writing files.
#include "app/pdf/pdf.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/resource.h>
#include <unistd.h>

// Fonts are read as they are needed; all else that reaches outside is refused.
static bool shut_in(void)
{
    static const char *const NEVER[] = {
        "socket",   "socketpair", "connect",  "execve", "execveat", "ptrace", "kill",    "unlink",
        "unlinkat", "rename",     "renameat", "mkdir",  "mkdirat",  "creat",  "truncate"};
    struct rlimit files = {0, 0};
    if (setrlimit(RLIMIT_FSIZE, &files) != 0) return false;
    alarm(PDF_SECONDS_MAX);
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (filter == NULL) return false;
    bool ok = true;
    for (size_t i = 0; i < COUNT_OF(NEVER); i++) {
        int call = seccomp_syscall_resolve_name(NEVER[i]);
        ok = ok && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0) == 0;
    }
    const unsigned writing[] = {O_WRONLY, O_RDWR};
    for (size_t i = 0; i < COUNT_OF(writing); i++) {
        ok = ok && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(openat), 1,
                                    SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE, writing[i])) == 0;
    }
    // A kernel without seccomp still makes PDFs: the limits above hold, and nothing is asked of it.
    if (ok) (void)seccomp_load(filter);
    seccomp_release(filter);
    return ok;
}

#if defined(__SANITIZE_ADDRESS__)
// The search for leaks needs the rights that were given up; fontconfig keeps its memory anyway.
const char *__asan_default_options(void); // NOLINT(bugprone-reserved-identifier)
const char *__asan_default_options(void)  // NOLINT(bugprone-reserved-identifier)
{
    return "detect_leaks=0";
}
#endif

static bool read_all(Buf *out)
{
    char part[64 * 1024];
    for (;;) {
        ssize_t n = read(STDIN_FILENO, part, sizeof part);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n == 0 && buf_ok(out);
        buf_add(out, (Str){part, (size_t)n});
    }
}

static bool write_all(Str bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes = str_slice(bytes, (size_t)n, bytes.len);
    }
    return true;
}

static int fail(const char *why)
{
    fprintf(stderr, "trellis-pdf: %s\n", why);
    return 1;
}

int main(void)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    CLEANUP(buf_free) Buf question = buf_new(PDF_QUESTION_BYTES_MAX);
    CLEANUP(buf_free) Buf drawn = buf_new(PDF_BYTES_MAX);
    CLEANUP(buf_free) Buf pdf = buf_new(PDF_BYTES_MAX);
    PdfDoc doc;
    if (!shut_in()) return fail("it could not give up its rights, and makes nothing with them");
    if (!read_all(&question)) return fail("the document is too large");
    if (pdf_read(arena, buf_str(&question), &doc) != ERR_OK) {
        return fail("the document cannot be read: see src/app/pdf/pdf.h");
    }
    if (pdf_draw(arena, &doc, &drawn) != ERR_OK) return fail("the document has too many pages");
    if (pdf_finish(buf_str(&drawn), &pdf) != ERR_OK) return fail("the PDF is not whole");
    return write_all(buf_str(&pdf)) ? 0 : 1;
}
