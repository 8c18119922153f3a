# assets.mk -- the page compiler's parts, and what a browser loads, packed into the program.
.DEFAULT_GOAL := all

$(TOOLS)/htc: $(wildcard tools/htc_*.c) tools/htc.h tools/htc_markup.h
$(TOOLS)/embed: src/core/asset.h
$(TOOLS)/embed: TOOL_LIBS := -lz -lbrotlienc -lcrypto

# The look comes from npm, pinned by the lock file; dependencies only, the tests' tools are apart.
node_modules/nhsuk-frontend/package.json: package.json package-lock.json
	npm ci $(if $(wildcard node_modules/playwright-core),,--omit=dev) \
	  --no-audit --no-fund --ignore-scripts
	@touch $@

ASSET_SOURCES := $(sort $(wildcard assets/*.js assets/css/*.css assets/images/*))
$(BUILD)/assets/manifest: tools/assets.sh tools/used_css.mjs $(ASSET_SOURCES) $(PAGES) \
                          node_modules/nhsuk-frontend/package.json
	@tools/assets.sh $(BUILD)/assets

$(GEN)/assets.h: $(BUILD)/assets/manifest $(TOOLS)/embed
	@mkdir -p $(@D)
	@$(TOOLS)/embed $< $(GEN)/assets.c $@
$(GEN)/assets.c: $(GEN)/assets.h
	@:

GENERATED += $(GEN)/assets.c
GENERATED_HEADERS += $(GEN)/assets.h
