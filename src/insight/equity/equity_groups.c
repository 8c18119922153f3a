// equity_groups.c -- see equity_groups.h. The ethnic groups are those of the census of 2021, the
// fifths those that Core20PLUS5 counts by; age bands keep children, working age and old age apart.
#include "insight/equity/equity_groups.h"

#include "insight/definition/definition.h"
#include "nhs/ethnic_category.h"

#define ASKS(kind) (UINT64_C(1) << (kind))
static_assert(RULE_KINDS <= 64, "a kind of rule is a bit");

const DimensionRule EQUITY_DIMENSION_RULES[] = {
    {.key = "deprivation",
     .label = "Deprivation fifth",
     .area = true,
     .asks = ASKS(RULE_DEPRIVATION),
     .groups = {{"1, most deprived", "  deprivation 1 to 2\n"},
                {"2", "  deprivation 3 to 4\n"},
                {"3", "  deprivation 5 to 6\n"},
                {"4", "  deprivation 7 to 8\n"},
                {"5, least deprived", "  deprivation 9 to 10\n"}}},
    {.key = "ethnicity",
     .label = "Ethnic group",
     .asks = ASKS(RULE_ETHNICITY),
     .groups = {{ETHNIC_GROUP_ASIAN, "  ethnicity asian\n"},
                {ETHNIC_GROUP_BLACK, "  ethnicity black\n"},
                {ETHNIC_GROUP_MIXED, "  ethnicity mixed\n"},
                {ETHNIC_GROUP_WHITE, "  ethnicity white\n"},
                {ETHNIC_GROUP_OTHER, "  ethnicity other\n"}}},
    {.key = "age",
     .label = "Age",
     .stratum = true,
     .asks = ASKS(RULE_AGE_AT_LEAST) | ASKS(RULE_AGE_UNDER) | ASKS(RULE_AGE_BETWEEN),
     .groups = {{"0 to 17", "  age under 18\n"},
                {"18 to 39", "  age 18 to 39\n"},
                {"40 to 64", "  age 40 to 64\n"},
                {"65 to 79", "  age 65 to 79\n"},
                {"80 and over", "  age at least 80\n"}}},
    {.key = "sex",
     .label = "Sex",
     .stratum = true,
     .asks = ASKS(RULE_SEX),
     .groups = {{"Female", "  sex female\n"}, {"Male", "  sex male\n"}}},
    {.key = "language",
     .label = "Main language",
     .asks = ASKS(RULE_LANGUAGE),
     .groups = {{"English", "  language English\n"},
                {"Another language", "  none\n    language English\n"}}},
    {.key = "interpreter",
     .label = "Interpreter",
     .one = true,
     .asks = ASKS(RULE_INTERPRETER),
     .groups = {{"Needs an interpreter", "  needs interpreter\n"}}},
    {.key = "learning-disability",
     .label = "Learning disability",
     .one = true,
     .groups = {{"Has a learning disability", "  has ltc-learning-disability\n"}}},
    {.key = "severe-mental-illness",
     .label = "Severe mental illness",
     .one = true,
     .groups = {{"Has a severe mental illness", "  has severe-mental-illness\n"}}},
    {.key = "carer",
     .label = "Carers",
     .one = true,
     .groups = {{"Is a carer", "  has carer unless since not-carer\n"}}},
};
const size_t EQUITY_DIMENSION_COUNT = COUNT_OF(EQUITY_DIMENSION_RULES);

const char *const EQUITY_BAND_RULES[] = {
    "  age under 10\n", "  age 10 to 17\n",    "  age 18 to 29\n", "  age 30 to 39\n",
    "  age 40 to 49\n", "  age 50 to 59\n",    "  age 60 to 69\n", "  age 70 to 79\n",
    "  age 80 to 89\n", "  age at least 90\n",
};
const size_t EQUITY_BAND_COUNT = COUNT_OF(EQUITY_BAND_RULES);
const char *const EQUITY_SEX_RULES[] = {"  sex female\n", "  sex male\n"};
const size_t EQUITY_SEX_COUNT = COUNT_OF(EQUITY_SEX_RULES);

const PopulationRule EQUITY_POPULATION_RULES[] = {
    {"registered", "Everybody registered", "  registered\n"},
    {"adults", "Adults", "  age at least 18\n"},
    {"frail", "Adults with any frailty",
     "  age at least 18\n  frailty mild or moderate or severe\n"},
    {"frail-moderate", "Adults with moderate or severe frailty",
     "  age at least 18\n  frailty moderate or severe\n"},
    {"frail-severe", "Adults with severe frailty", "  age at least 18\n  frailty severe\n"},
};
const size_t EQUITY_POPULATION_COUNT = COUNT_OF(EQUITY_POPULATION_RULES);
