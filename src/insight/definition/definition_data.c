// definition_data.c -- the files of assets/cohorts as they stand, taken in by the assembler.
#include "base/embed.h"
#include "insight/definition/definition.h"

EMBED(definition_data_carers, "assets/cohorts/carers.cohort")
EMBED(definition_data_diabetes, "assets/cohorts/diabetes-above-target.cohort")
EMBED(definition_data_frailty, "assets/cohorts/frailty-repeat-admissions.cohort")
EMBED(definition_data_housebound, "assets/cohorts/housebound-alone.cohort")
EMBED(definition_data_conditions, "assets/cohorts/long-term-conditions-no-plan.cohort")
EMBED(definition_data_mental, "assets/cohorts/severe-mental-illness-no-check.cohort")

Str definition_file(size_t index)
{
    switch (index) {
    case 0: return EMBEDDED(definition_data_frailty);
    case 1: return EMBEDDED(definition_data_conditions);
    case 2: return EMBEDDED(definition_data_housebound);
    case 3: return EMBEDDED(definition_data_diabetes);
    case 4: return EMBEDDED(definition_data_carers);
    case 5: return EMBEDDED(definition_data_mental);
    default: return STR("");
    }
}
