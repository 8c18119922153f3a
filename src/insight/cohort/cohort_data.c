// cohort_data.c -- the files of assets/cohorts as they stand, taken in by the assembler.
#include "base/embed.h"
#include "insight/cohort/cohort_define.h"

EMBED(cohort_data_carers, "assets/cohorts/carers.cohort")
EMBED(cohort_data_diabetes, "assets/cohorts/diabetes-above-target.cohort")
EMBED(cohort_data_frailty, "assets/cohorts/frailty-repeat-admissions.cohort")
EMBED(cohort_data_housebound, "assets/cohorts/housebound-alone.cohort")
EMBED(cohort_data_conditions, "assets/cohorts/long-term-conditions-no-plan.cohort")
EMBED(cohort_data_mental, "assets/cohorts/severe-mental-illness-no-check.cohort")

Str definition_file(size_t index)
{
    switch (index) {
    case 0: return EMBEDDED(cohort_data_frailty);
    case 1: return EMBEDDED(cohort_data_conditions);
    case 2: return EMBEDDED(cohort_data_housebound);
    case 3: return EMBEDDED(cohort_data_diabetes);
    case 4: return EMBEDDED(cohort_data_carers);
    case 5: return EMBEDDED(cohort_data_mental);
    default: return STR("");
    }
}
