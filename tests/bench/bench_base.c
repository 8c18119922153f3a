// bench_base.c -- how fast base/ reads JSON and CSV, in MB/s on one core. Prints one line each.
//
// The JSON is NDJSON as a bulk export of FHIR resources has it, the CSV a practice's extract. Both
// are made here, so that the figures do not depend on a file; each is read for about a second.
#include "base/csv.h"
#include "base/json.h"

#include <time.h>

enum { RESOURCES = 2000, ROWS = 100000, MIN_NS = 1000000000, CHUNK_BYTES = 65536 };

// Processor time, not the time on the wall: other work on the machine counts less.
static int64_t now_ns(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

static void report(const char *what, int64_t bytes, int64_t units, int64_t ns, const char *unit)
{
    double seconds = (double)ns / 1e9;
    printf("%-12s %7.0f MB/s %12.0f %s/s\n", what, (double)bytes / 1e6 / seconds,
           (double)units / seconds, unit);
}

static void add_resource(Buf *buf, int i)
{
    buf_fmt(buf,
            "{\"resourceType\":\"Observation\",\"id\":\"%08d-6f2c-4c51-9c1e-0f3a2b7d%04d\","
            "\"meta\":{\"versionId\":\"1\",\"lastUpdated\":\"2026-11-17T11:40:00.123+00:00\"},"
            "\"status\":\"final\",\"category\":[{\"coding\":[{\"system\":"
            "\"http://terminology.hl7.org/CodeSystem/observation-category\",\"code\":"
            "\"vital-signs\",\"display\":\"Vital signs\"}]}],\"code\":{\"coding\":[{\"system\":"
            "\"http://snomed.info/sct\",\"code\":\"75367002\",\"display\":\"Blood pressure\"}],"
            "\"text\":\"Blood pressure, sitting\"},\"subject\":{\"reference\":\"Patient/%d\"},"
            "\"effectiveDateTime\":\"2026-10-%02dT09:30:00+01:00\",\"performer\":[{\"reference\":"
            "\"Organization/A8%04d\"}],\"component\":[{\"code\":{\"coding\":[{\"system\":"
            "\"http://snomed.info/sct\",\"code\":\"271649006\"}]},\"valueQuantity\":{\"value\":"
            "%d.00,\"unit\":\"mmHg\"}},{\"code\":{\"coding\":[{\"system\":"
            "\"http://snomed.info/sct\",\"code\":\"271650006\"}]},\"valueQuantity\":{\"value\":"
            "%d.50,\"unit\":\"mmHg\"}}]}\n",
            i, i % 10000, i, i % 28 + 1, i % 10000, 100 + i % 80, 60 + i % 40);
}

static void bench_json(void)
{
    CLEANUP(buf_free) Buf buf = buf_new((size_t)16 * 1024 * 1024);
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    for (int i = 0; i < RESOURCES; i++) add_resource(&buf, i);
    int64_t start = now_ns();
    int64_t bytes = 0;
    int64_t units = 0;
    while (now_ns() - start < MIN_NS) {
        Str rest = buf_str(&buf);
        Str line;
        while (str_split(&rest, '\n', &line)) {
            JsonErr err;
            if (line.len == 0) continue;
            if (json_parse(arena, line, (JsonLimits){0}, &err) == NULL) abort();
            arena_reset(arena);
            units++;
        }
        bytes += (int64_t)buf.len;
    }
    report("json read", bytes, units, now_ns() - start, "resources");
}

static void bench_json_out(void)
{
    CLEANUP(buf_free) Buf text = buf_new(65536);
    CLEANUP(buf_free) Buf buf = buf_new(65536);
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    JsonErr err;
    add_resource(&text, 7);
    const Json *root = json_parse(arena, buf_str(&text), (JsonLimits){0}, &err);
    int64_t start = now_ns();
    int64_t bytes = 0;
    int64_t units = 0;
    while (now_ns() - start < MIN_NS) {
        for (int i = 0; i < 100; i++, units++) {
            buf_clear(&buf);
            JsonOut out = json_out(&buf);
            json_put(&out, root);
            bytes += (int64_t)buf.len;
        }
    }
    report("json write", bytes, units, now_ns() - start, "resources");
}

static void bench_csv(const char *what, const char *fmt)
{
    CLEANUP(buf_free) Buf buf = buf_new((size_t)64 * 1024 * 1024);
    char line[300];
    for (int i = 0; i < ROWS; i++) {
        snprintf(line, sizeof line, "943476%04d,Okafor%d,03-Feb-19%02d,", i % 10000, i, i % 100);
        buf_add_c(&buf, line);
        buf_add_c(&buf, fmt);
    }
    int64_t start = now_ns();
    int64_t bytes = 0;
    int64_t units = 0;
    while (now_ns() - start < MIN_NS) {
        CLEANUP(csv_reader_free_at) CsvReader *reader = csv_reader_new((CsvOptions){0});
        Str text = buf_str(&buf);
        CsvStep step = CSV_MORE;
        for (size_t at = 0; step == CSV_MORE; at += CHUNK_BYTES) {
            CsvRow row;
            if (at < text.len) {
                csv_feed(reader, str_slice(text, at, at + CHUNK_BYTES));
            } else {
                csv_feed_end(reader);
            }
            while ((step = csv_next(reader, &row)) == CSV_ROW) units++;
        }
        if (step != CSV_END) abort();
        bytes += (int64_t)text.len;
    }
    report(what, bytes, units, now_ns() - start, "rows");
}

int main(void)
{
    bench_json();
    bench_json_out();
    bench_csv("csv plain", "Dr A N Other,Registered,01-Apr-2020,17-Nov-2026,Essential hypertension,"
                           "Review,First,General practice surgery consultation,Clinician\r\n");
    bench_csv("csv quoted", "\"Other, Dr A N\",\"Registered\",\"01-Apr-2020\",\"17-Nov-2026\","
                            "\"Essential \"\"primary\"\" hypertension\",\"Review\",\"First\"\r\n");
    return 0;
}
