// code_load_test.c -- the forms in which users get sets of codes, read by the names of columns.
#include "nhs/code_load.h"
#include "test/test.h"

static CodeLoaded loaded(Test *t, const CodeLoad *load)
{
    CodeLoaded out;
    Str why = STR("");
    CHECK_OK(code_load(t->arena, load, &out, &why));
    CHECK_STR(why, "");
    return out;
}
#define LOADED(...) loaded(t, &(CodeLoad){.file = STR("f"), __VA_ARGS__})

static void refused(Test *t, const CodeLoad *load, const char *wanted, int line)
{
    CodeLoaded out;
    Str why = STR("");
    CHECK_ERR(code_load(t->arena, load, &out, &why), ERR_INVALID);
    test_check_contains(t, why, str_from_c(wanted), true, __FILE__, line);
}
#define REFUSED(wanted, ...)                                                                       \
    refused(t, &(CodeLoad){.file = STR("f"), __VA_ARGS__}, wanted, __LINE__)

TEST(a_reference_set_is_taken_by_its_id_without_what_is_inactive)
{
    Str text = STR("id\teffectiveTime\tactive\tmoduleId\trefsetId\treferencedComponentId\r\n"
                   "a\t20240401\t1\t9\t999013531000230106\t925791000000100\r\n"
                   "b\t20251211\t0\t9\t999013531000230106\t111\r\n"
                   "c\t20231001\t1\t9\t999000000000000101\t222\r\n");
    CodeLoaded out = LOADED(.text = text, .sets = STR("999013531000230106=frailty-mild"));
    CHECK_STR(out.text, "# version 20251211\n# source f\nset\tsystem\tcode\tterm\n"
                        "frailty-mild\tsnomed\t925791000000100\t\n");
    CHECK_I64((int64_t)out.codes, 1);
    out = LOADED(.text = text, .version = STR("59"));
    CHECK_STR(out.text, "# version 59\n# source f\nset\tsystem\tcode\tterm\n"
                        "refset-999000000000000101\tsnomed\t222\t\n"
                        "refset-999013531000230106\tsnomed\t925791000000100\t\n");
}

TEST(a_national_list_and_a_plain_list_are_taken)
{
    Str list = STR("Output,Cluster_ID,Cluster_Description,SNOMED_code,SNOMED_code_description\n"
                   "X,CARER_COD,\"Carer, codes\",224484003,\"Patient, a carer\"\n");
    CodeLoaded out = LOADED(.text = list, .version = STR("49"), .source = STR("PCD"));
    CHECK_STR(out.text, "# version 49\n# source PCD\nset\tsystem\tcode\tterm\n"
                        "carer-cod\tsnomed\t224484003\tPatient, a carer\n");
    out = LOADED(.text = STR("code,term\n1,One\n2,Two\n1,One\n"), .sets = STR("mine"),
                 .version = STR("1"), .system = STR("loinc"));
    CHECK_STR(out.text, "# version 1\n# source f\nset\tsystem\tcode\tterm\nmine\tloinc\t1\tOne\n"
                        "mine\tloinc\t2\tTwo\n");
}

TEST(what_is_below_a_code_is_written_out)
{
    Str links = STR("child\tparent\n2\t1\n3\t1\n4\t2\n4\t3\n1\t4\n9\t8\n"); // a circle ends
    Str table = STR("# version 3\nset\tsystem\tcode\tterm\nall\tsnomed\t<<1\tTop\n"
                    "below\tsnomed\t<2\tTwo\n");
    CodeLoaded out = LOADED(.text = table, .hierarchy = links);
    CHECK_STR(out.text,
              "# version 3\n# source f\nset\tsystem\tcode\tterm\n"
              "all\tsnomed\t1\tTop\nall\tsnomed\t2\t\nall\tsnomed\t3\t\nall\tsnomed\t4\t\n"
              "below\tsnomed\t1\t\nbelow\tsnomed\t3\t\nbelow\tsnomed\t4\t\n");
    REFUSED("f line 3: a code with < needs the hierarchy", .text = table);
    REFUSED("nothing below this code", .text = STR("# version 3\nset\tcode\na\t<<77\n"),
            .hierarchy = links);
    REFUSED("The hierarchy cannot be read whole", .text = table,
            .hierarchy = STR("child\tparent\n2\t1\n\"3\t1\n4\t2\n"));
    REFUSED("needs columns child and parent", .text = table, .hierarchy = STR("a\tb\n1\t2\n"));
    Str relations = STR("id\teffectiveTime\tactive\tmoduleId\tsourceId\tdestinationId\t"
                        "relationshipGroup\ttypeId\n"
                        "1\t2\t1\t3\t20\t10\t0\t116680003\n"
                        "1\t2\t0\t3\t30\t10\t0\t116680003\n"
                        "1\t2\t1\t3\t40\t10\t0\t363698007\n");
    out = LOADED(.text = STR("# version 3\nset\tcode\na\t<10\n"), .hierarchy = relations);
    CHECK_STR(out.text, "# version 3\n# source f\nset\tsystem\tcode\tterm\na\tsnomed\t20\t\n");
}

TEST(what_is_kept_reads_the_same_again)
{
    Str odd = STR("set,code,term\na,1\x01"
                  "2,\xE2\x80\xAEOne\ttwo \n");
    CodeLoaded out = LOADED(.text = odd, .version = STR(" 1\x02 "));
    CHECK_STR(out.text,
              "# version 1\n# source f\nset\tsystem\tcode\tterm\na\tsnomed\t12\tOne two\n");
    CodeLoaded again = LOADED(.text = out.text);
    CHECK(str_eq(again.text, out.text));
    REFUSED("Say which version", .text = odd, .version = STR("\x11"));
    REFUSED("f line 2: there must be a set, a system and a code", .text = STR("set,code\na,\x01\n"),
            .version = STR("1"));
#define LONG "a-name-that-is-longer-than-sixty-letters-would-be-cut-to-the-same"
    REFUSED("f line 2: give the set a shorter name", .text = STR("set,code\n" LONG "-1,1\n"),
            .version = STR("1"));
    REFUSED("f line 2: there must be a set, a system and a code", .text = STR("code\n1\n"),
            .sets = STR(LONG), .version = STR("1"));
    REFUSED("f line 2: there must be one code behind <", .text = STR("set,code\na,<<<1\n"),
            .version = STR("1"), .hierarchy = STR("child\tparent\n2\t<1\n"));
    REFUSED("The hierarchy's line 2 lacks a child", .text = STR("set,code\na,<<1\n"),
            .version = STR("1"), .hierarchy = STR("child\tparent\n<2\t1\n"));
}

TEST(a_snapshot_of_concepts_becomes_the_retired_ones)
{
    CodeLoaded out = LOADED(.text = STR("id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId\n"
                                        "11\t20200101\t1\t9\t8\n12\t20240401\t0\t9\t8\n"));
    CHECK(out.retired);
    CHECK_STR(out.text, "system\tcode\ton\nsnomed\t12\t20240401\n");
    REFUSED("The file cannot be read whole",
            .text = STR("id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId\n"
                        "12\t20240401\t0\t9\t8\n\"13\t20240401\t0\t9\t8\n"));
}

TEST(what_cannot_be_taken_is_said_with_its_line)
{
    REFUSED("f line 1: there must be a column named code", .text = STR("a,b\n1,2\n"));
    REFUSED("a column named set; or say the set's name", .text = STR("code,term\n1,2\n"));
    REFUSED("Say which version", .text = STR("set,code\na,1\n"));
    REFUSED("f line 3: there must be a set, a system and a code", .version = STR("1"),
            .text = STR("set,code\na,1\n,2\n"));
    REFUSED("no active code", .version = STR("1"), .text = STR("set,code\na,1\n"),
            .sets = STR("b"));
    REFUSED("a line with names of columns", .text = STR(""));
}

TEST(a_code_that_copying_changed_is_found)
{
    REFUSED("f line 3: a code of SNOMED CT has digits only", .version = STR("1"),
            .text = STR("set,code\na,73211009\na,1.01E+15\n"));
    // What a hierarchy has below a code is looked at too.
    REFUSED("f line 2: a code of SNOMED CT has digits only", .version = STR("1"),
            .text = STR("set,code\na,<<73211009\n"),
            .hierarchy = STR("child\tparent\n7321/1009\t73211009\n"));
    // A copy of it that broke off, in a code, in a line, and at the end of one.
    REFUSED("The hierarchy's line 3 ends before its time", .version = STR("1"),
            .text = STR("set,code\na,<<73211009\n"),
            .hierarchy = STR("child\tparent\n44054006\t73211009\n46635009\t7321100"));
    REFUSED("The hierarchy's line 3 ends before its time", .version = STR("1"),
            .text = STR("set,code\na,<<73211009\n"),
            .hierarchy = STR("child\tparent\ttypeId\n44054006\t73211009\t116680003\n"
                             "46635009\t73211009\n"));
    CHECK(LOADED(.version = STR("1"), .text = STR("set,code\na,<<73211009\n"),
                 .hierarchy = STR("child\tparent\n44054006\t73211009"))
              .codes == 2);
    // Another system's codes are its own; a set that is taken in is none.
    CHECK(LOADED(.version = STR("1"), .text = STR("set,system,code\na,read2,N11..\na,set,carer\n"))
              .doubtful == 0);
    CHECK(LOADED(.version = STR("1"), .text = STR("set,code\na,73211009\n")).doubtful == 0);
    CodeLoaded cut =
        LOADED(.version = STR("1"), .text = STR("set,code\na,73211009\na,925791000000000\na,4455"));
    CHECK(cut.codes == 3 && cut.doubtful == 2 && cut.doubtful_line == 3);
    CHECK_STR(cut.doubtful_code, "925791000000000");
}
