// demo_work.c -- cases, contacts and tasks of the demonstration.
#include "app/demo_work.h"

Err demo_work(DemoStory *story)
{
    (void)story;
    return ERR_OK;
}
