// html_test.c -- nothing a person types can leave the place where a page shows it.
#include "core/html.h"
#include "test/test.h"

// Ways out of text, attributes and URLs that are known to have worked somewhere.
#define P(literal)                                                                                 \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }
static const Str PAYLOADS[] = {
    P("<script>alert(1)</script>"),
    P("\"><script>alert(1)</script>"),
    P("'><img src=x onerror=alert(1)>"),
    P("\" onfocus=alert(1) autofocus x=\""),
    P("' onmouseover='alert(1)"),
    P("`onerror=alert(1)`"),
    P("</textarea><svg onload=alert(1)>"),
    P("</title><script>alert(1)</script>"),
    P("-->\"'><!--<script>"),
    P("]]><script>alert(1)</script>"),
    P("&lt;script&gt;"),
    P("&#60;script&#62;"),
    P("&quot; onclick=alert(1)"),
    P("\xC0\xBCscript\xC0\xBE"), // overlong < and >
    P("\xE0\x80\xBCscript"),     // overlong, three bytes
    P("\xF0\x80\x80\xBCscript"), // overlong, four bytes
    P("\xC2\"onclick=alert(1)"), // a lead byte that would eat the quote
    P("\xE2\x82\" x"),           // cut off sequence before a quote
    P("\xF4\x90\x80\x80<"),      // above U+10FFFF
    P("\xED\xA0\x80<"),          // a surrogate
    P("a\0<b>"),
    P("\x1B[31m<b>"),
    P("+ADw-script+AD4-"), // UTF-7
    P("{{constructor.constructor('alert(1)')()}}"),
    P("javascript:alert(1)"),
    P(" javascript:alert(1)"),
    P("java\tscript:alert(1)"),
    P("\x01javascript:alert(1)"),
    P("JaVaScRiPt:alert(1)"),
    P("data:text/html,<script>alert(1)</script>"),
    P("vbscript:msgbox(1)"),
    P("//evil.example/x"),
    P("/\\evil.example/x"),
    P("\\\\evil.example/x"),
    P("/\t/evil.example/x"),
    P("http://evil.example/"),
    P("https:javascript:alert(1)\""),
    P("?q=\"><script>"),
    P("#\"onclick=alert(1)"),
    P("../../etc/passwd?x#y&z=1"),
};

// Bytes with which a value could end its place, or what would be read as the start of a reference.
static bool leaves_its_place(Str out)
{
    for (size_t i = 0; i < out.len; i++) {
        char c = out.ptr[i];
        if (c == '<' || c == '>' || c == '"' || c == '\'' || c == '\0') return true;
        if (c != '&') continue;
        static const Str REFERENCES[] = {STR_INIT("&amp;"), STR_INIT("&lt;"), STR_INIT("&gt;"),
                                         STR_INIT("&quot;"), STR_INIT("&#39;")};
        bool ours = false;
        Str rest = str_slice(out, i, out.len);
        for (size_t k = 0; k < COUNT_OF(REFERENCES); k++) ours |= str_starts(rest, REFERENCES[k]);
        if (!ours) return true;
    }
    return false;
}

// What a browser makes of the text again.
static Str unescape(Arena *arena, Str text)
{
    static const struct {
        Str written;
        char c;
    } BACK[] = {
        {STR_INIT("&amp;"), '&'},  {STR_INIT("&lt;"), '<'},   {STR_INIT("&gt;"), '>'},
        {STR_INIT("&quot;"), '"'}, {STR_INIT("&#39;"), '\''},
    };
    char *out = ARENA_ARRAY(arena, char, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len;) {
        size_t took = 0;
        for (size_t k = 0; k < COUNT_OF(BACK) && took == 0; k++) {
            if (!str_starts(str_slice(text, i, text.len), BACK[k].written)) continue;
            out[len++] = BACK[k].c;
            took = BACK[k].written.len;
        }
        if (took == 0) out[len++] = text.ptr[i];
        i += took == 0 ? 1 : took;
    }
    return (Str){out, len};
}

TEST(no_payload_leaves_its_place)
{
    for (size_t i = 0; i < COUNT_OF(PAYLOADS); i++) {
        CLEANUP(buf_free) Buf o = buf_new(4096);
        html_text(&o, PAYLOADS[i]);
        CHECK(!leaves_its_place(buf_str(&o)));
        buf_clear(&o);
        html_attr(&o, PAYLOADS[i]);
        CHECK(!leaves_its_place(buf_str(&o)));
        buf_clear(&o);
        html_url(&o, PAYLOADS[i]);
        CHECK(!leaves_its_place(buf_str(&o)));
        buf_clear(&o);
        html_url_part(&o, PAYLOADS[i]);
        html_url_query(&o, PAYLOADS[i]);
        CHECK(!leaves_its_place(buf_str(&o)));
        CHECK_LACKS(buf_str(&o), ":");
        CHECK_LACKS(buf_str(&o), "/");
    }
}

TEST(clean_text_comes_back_whole)
{
    const Str texts[] = {STR("O'Neil & \"Sons\" <b>"),
                         STR("Zo\xC3\xAB \xE2\x82\xAC \xF0\x9F\x98\x80"), STR("a\tb\nc\r\nd"),
                         STR(""), STR("&amp;")};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        CLEANUP(buf_free) Buf o = buf_new(4096);
        html_text(&o, texts[i]);
        CHECK(str_eq(unescape(t->arena, buf_str(&o)), texts[i]));
    }
}

static void check_text(Test *t, Str in, const char *want)
{
    CLEANUP(buf_free) Buf o = buf_new(4096);
    html_text(&o, in);
    CHECK_STR(buf_str(&o), want);
}

TEST(bytes_that_are_no_text_are_replaced)
{
    check_text(t, STR("a\0b"),
               "a\xEF\xBF\xBD"
               "b");
    check_text(t, STR("\x80"), "\xEF\xBF\xBD");
    check_text(t, STR("\xC3"), "\xEF\xBF\xBD");
    check_text(t, STR("\xC3<"), "\xEF\xBF\xBD&lt;");
    check_text(t, STR("\x7F\x1B"), "\xEF\xBF\xBD\xEF\xBF\xBD");
    check_text(t, STR("\xC2\x85"), "\xEF\xBF\xBD\xEF\xBF\xBD"); // C1: next line
    check_text(t, STR("\xED\x9F\xBF"), "\xED\x9F\xBF");         // the last before the surrogates
    check_text(t, STR("\xF4\x8F\xBF\xBF"), "\xF4\x8F\xBF\xBF"); // the last of all
}

static void check_url(Test *t, const char *in, const char *want)
{
    CLEANUP(buf_free) Buf o = buf_new(4096);
    html_url(&o, in);
    CHECK_STR(buf_str(&o), want);
}

TEST(only_known_urls_pass)
{
    check_url(t, "/people/1?a=1&b=2#x", "/people/1?a=1&amp;b=2#x");
    check_url(t, "/", "/");
    check_url(t, "#x", "#x");
    check_url(t, "?sort=-due", "?sort=-due");
    check_url(t, "https://www.nhs.uk/a b", "https://www.nhs.uk/a%20b");
    check_url(t, "tel:+441632960001", "tel:+441632960001");
    check_url(t, "mailto:a@example.org", "mailto:a@example.org");
    check_url(t, "", "#unsafe");
    check_url(t, "people", "#unsafe");
    check_url(t, "//evil.example", "#unsafe");
    check_url(t, "/\\evil.example", "#unsafe");
    check_url(t, "/\t/evil.example", "#unsafe");
    check_url(t, "/a\\b", "/a%5Cb");
    check_url(t, "http://nhs.uk", "#unsafe");
    check_url(t, "javascript:alert(1)", "#unsafe");
    check_url(t, " /x", "#unsafe");
    check_url(t, NULL, "#unsafe");
}

TEST(parts_of_urls_are_encoded)
{
    CLEANUP(buf_free) Buf o = buf_new(4096);
    html_url_part(&o, "a/b?c#d e.f~g");
    CHECK_STR(buf_str(&o), "a%2Fb%3Fc%23d%20e.f~g");
    buf_clear(&o);
    html_url_query(&o, "a&b=c+d@e");
    CHECK_STR(buf_str(&o), "a%26b%3Dc%2Bd%40e");
    buf_clear(&o);
    html_url_part(&o, "+44@x");
    CHECK_STR(buf_str(&o), "+44@x");
    buf_clear(&o);
    html_url_part(&o, "..");
    html_url_part(&o, ".");
    CHECK_STR(buf_str(&o), "unsafeunsafe");
}

TEST(a_number_stands_with_its_noun)
{
    CHECK_STR(html_count_of(t->arena, 1, "person", "people"), "1 person");
    CHECK_STR(html_people(t->arena, 0), "0 people");
    CHECK_STR(html_count_of(t->arena, 1001, "person", "people"), "1,001 people");
    CHECK_STR(html_count_of(t->arena, -1, "day", "days"), "-1 days");
}

TEST(a_small_share_is_told_to_a_tenth)
{
    CHECK_STR(html_percent(t->arena, 0), "0%");
    CHECK_STR(html_percent(t->arena, 0.0004), "under 0.1%");
    CHECK_STR(html_percent(t->arena, 0.0005), "0.1%");
    CHECK_STR(html_percent(t->arena, 0.0432), "4.3%");
    CHECK_STR(html_percent(t->arena, 0.05), "5.0%");
    CHECK_STR(html_percent(t->arena, 0.0994), "9.9%");
    CHECK_STR(html_percent(t->arena, 0.0996), "10%");
    CHECK_STR(html_percent(t->arena, 0.456), "46%");
    CHECK_STR(html_percent(t->arena, 1), "100%");
}

TEST(numbers_and_dates_are_worded)
{
    CLEANUP(buf_free) Buf o = buf_new(4096);
    Date date = {-7638};
    html_text(&o, date);
    CHECK_STR(buf_str(&o), "2 February 1949");
    buf_clear(&o);
    html_url_query(&o, date);
    CHECK_STR(buf_str(&o), "1949-02-02");
    buf_clear(&o);
    html_text(&o, DATE_NONE);
    html_datetime(&o, DATE_NONE);
    CHECK_STR(buf_str(&o), "");
    Instant summer = {1784000000123}; // 14 July 2026, 03:33:20 UTC
    html_text(&o, summer);
    CHECK_STR(buf_str(&o), "14 July 2026, 04:33");
    buf_clear(&o);
    html_datetime(&o, summer);
    CHECK_STR(buf_str(&o), "2026-07-14T03:33:20.123Z");
    buf_clear(&o);
    html_datetime(&o, ((Instant){-1}));
    CHECK_STR(buf_str(&o), "1969-12-31T23:59:59.999Z");
    buf_clear(&o);
    html_text(&o, INT64_MIN);
    html_attr(&o, UINT64_MAX);
    html_text(&o, (unsigned char)7);
    html_text(&o, (short)-7);
    html_text(&o, 0);
    html_text(&o, 5681881);
    html_attr(&o, 5681881);
    CHECK_STR(buf_str(&o), "-9,223,372,036,854,775,808184467440737095516157-705,681,8815681881");
}
