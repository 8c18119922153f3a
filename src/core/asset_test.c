// asset_test.c -- what a browser loads is found by both its addresses and says nothing to others.
#include "core/asset.h"
#include "test/test.h"

TEST(an_asset_is_found_by_both_addresses)
{
    bool forever = true;
    const Asset *plain = asset_find(STR("/assets/app.css"), &forever);
    CHECK(plain != NULL && !forever);
    if (plain == NULL) return;
    CHECK(asset_find(plain->hashed, &forever) == plain && forever);
    CHECK(str_eq(asset_url(STR("/assets/app.css")), plain->hashed));
    CHECK_STR(plain->type, "text/css; charset=utf-8");
    CHECK(plain->gzip.len > 0 && plain->gzip.len < plain->body.len);
    CHECK(plain->brotli.len > 0 && plain->brotli.len < plain->body.len);
    CHECK_CONTAINS(plain->body, ".w-100{width:100%}");
    CHECK(asset_find(STR("/assets/app-000000000000.css"), &forever) == NULL);
    CHECK(asset_find(STR("/assets/"), &forever) == NULL);
    CHECK_STR(asset_url(STR("/assets/none.css")), "/assets/none.css");
}

TEST(every_asset_is_in_order_and_loads_nothing_from_elsewhere)
{
    for (size_t i = 0; i < ASSET_COUNT; i++) {
        const Asset *asset = &ASSETS[i];
        bool forever = false;
        CHECK(asset_find(asset->path, &forever) == asset);
        CHECK(asset->body.len > 0);
        if (!str_starts(asset->type, STR("text/css"))) continue;
        CHECK_LACKS(asset->body, "url(http");
        CHECK_LACKS(asset->body, "@import");
        CHECK_LACKS(asset->body, "nhsuk-icon-arrow-up.svg"); // by its hashed name only
    }
}
