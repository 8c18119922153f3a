# Makefile -- builds Trellis, out of tree, with GNU make. `make help` lists what it can do.
BUILD  ?= build
PRESET ?= release
O      := $(BUILD)/$(PRESET)
GEN    := $(BUILD)/gen
TOOLS  := $(BUILD)/tools
FUZZ_SECONDS ?= 20

# gcc through ccache when it is there; clones share its cache, so paths count from the clone.
CCACHE := $(shell command -v ccache)
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1
ifeq ($(origin CC),default)
CC := gcc
endif
CLANG := $(firstword $(shell command -v clang-14 clang))
FORMAT := $(firstword $(shell command -v clang-format-14 clang-format))
LINT   := $(firstword $(shell command -v clang-tidy-14 clang-tidy))

# A line per file made; V=1 shows the whole commands.
ifeq ($(V),)
Q = @printf '  %s\n' $@;
endif

# --- flags -------------------------------------------------------------------------------------
# Asserts stay on in every preset: NDEBUG is never defined.
WARN := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wstrict-prototypes \
  -Wmissing-prototypes -Wvla -Wformat=2 -Wundef -Wcast-qual -Wwrite-strings -Wimplicit-fallthrough
FLAGS_release := -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong \
  -fstack-clash-protection -fcf-protection=full -fPIE -ftrivial-auto-var-init=zero
LINK_release  := -pie -Wl,-z,relro,-z,now
FLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
  -fno-omit-frame-pointer
LINK_asan  := -fsanitize=address,undefined
FLAGS_tsan := -O1 -g -fsanitize=thread -D__SANITIZE_THREAD__ -Wno-error
LINK_tsan  := -fsanitize=thread
FLAGS_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all \
  -Wno-error
LINK_fuzz  := -fsanitize=fuzzer,address,undefined
ifneq ($(filter tsan fuzz,$(PRESET)),)
CC := $(CLANG)
endif
ifeq ($(FLAGS_$(PRESET)),)
$(error PRESET is release, asan, tsan or fuzz, not "$(PRESET)")
endif

PKGS := libmicrohttpd sqlite3 libsodium libcrypto libutf8proc zlib libdeflate libbrotlienc libseccomp
ifneq ($(MAKECMDGOALS),help)
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS))
PKG_LIBS   := $(shell pkg-config --libs $(PKGS)) -lm -pthread
endif
BASIC   := -std=gnu17 -D_GNU_SOURCE -pthread -Isrc -I$(GEN) $(WARN) $(PKG_CFLAGS)
CFLAGS  := $(BASIC) $(FLAGS_$(PRESET)) $(EXTRA_CFLAGS)
LDFLAGS := $(LINK_$(PRESET)) $(EXTRA_LDFLAGS)
HOST    := $(CCACHE) $(firstword $(shell command -v gcc cc)) -std=gnu17 -D_GNU_SOURCE -O1 -g -Isrc \
  $(WARN)

# --- what there is -----------------------------------------------------------------------------
SOURCES := $(sort $(shell find src -name '*.c'))
TESTS   := $(filter %_test.c,$(SOURCES))
PDF     := $(filter src/app/pdf/%,$(SOURCES))
MAIN    := $(filter src/app/main.c,$(SOURCES))
LIBRARY := $(filter-out $(TESTS) $(PDF) src/app/main.c src/test/%,$(SOURCES))
SQL     := $(sort $(shell find src -name '*.sql'))
MIGRATIONS := $(sort $(wildcard db/migrations/*.sql db/access/*.sql))
PAGES   := $(sort $(shell find src -name '*.ht'))
PAGE_HEADERS := $(foreach p,$(PAGES),$(GEN)/$(basename $(notdir $(p)))_page.h)
SQL_HEADERS  := $(foreach p,$(SQL),$(GEN)/$(basename $(notdir $(p)))_sql.h)
ACCESS  := $(wildcard src/app/access.csv)
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

GENERATED := $(GEN)/statements.c $(GEN)/migrations.c $(PAGE_HEADERS:.h=.c) \
  $(if $(ACCESS),$(GEN)/access_table.c)
GENERATED_HEADERS := $(GEN)/sql.stamp $(SQL_HEADERS) $(PAGE_HEADERS) \
  $(if $(ACCESS),$(GEN)/access_table.h)
-include tools/assets.mk # may add to GENERATED, GENERATED_HEADERS and PROGRAM_DEPS
# Tables that the assembler takes in whole: the compiler does not see that it reads them.
$(O)/src/nhs/code_set_data.o: $(wildcard assets/code-sets/*.tsv)
$(O)/src/app/demo_codes.o: $(wildcard assets/demo/*.tsv)
$(O)/src/insight/definition/definition_data.o: $(wildcard assets/cohorts/*.cohort)
$(O)/src/insight/report/report_lines.o $(O)/src/insight/report/report_gaps.o \
  $(O)/src/insight/report/report_impact.o: $(wildcard assets/reports/*)
$(O)/src/insight/definition/definition_oracle.o: assets/cohorts/rules.sql

LIB_OBJECTS  = $(LIBRARY:%.c=$(O)/%.o) $(GENERATED:$(GEN)/%.c=$(O)/gen/%.o)
TEST_OBJECTS = $(TESTS:%.c=$(O)/%.o) $(patsubst %.c,$(O)/%.o,$(filter src/test/%,$(SOURCES)))

.PHONY: all test check fmt fmt-check tidy lint asan tsan fuzz fuzz-list fuzz-replay fuzz-run tests-built bench routes room clean \
  help generated sqlcheck
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:

all: $(O)/libtrellis.a $(if $(MAIN),$(O)/trellis) $(if $(PDF),$(O)/trellis-pdf) ## build the program (PRESET=release|asan|tsan)

.PHONY: draft-objects
draft-objects: $(LIB_OBJECTS) $(TEST_OBJECTS)
# DRAFT=1 takes what compiles and links it, while the rest is still being written elsewhere.
ifeq ($(DRAFT),)
$(O)/libtrellis.a: $(LIB_OBJECTS)
	@rm -f $@
	@ar rcs $@ $(LIB_OBJECTS)
$(O)/trellis-tests: $(TEST_OBJECTS) $(O)/libtrellis.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lcmocka
else
.PHONY: $(O)/libtrellis.a
$(O)/libtrellis.a:
	@$(MAKE) -k DRAFT= draft-objects || true
	@rm -f $@
	@ar rcs $@ $$(ls $(LIB_OBJECTS) 2>/dev/null)
$(O)/trellis-tests: $(O)/libtrellis.a
	$(Q)$(CC) $(LDFLAGS) -Wl,--unresolved-symbols=ignore-all -o $@ $$(ls $(TEST_OBJECTS) 2>/dev/null) \
	  $< $(PKG_LIBS) -lcmocka
endif

# From the archive: a room that is not in app/rooms.c is not linked.
$(O)/trellis: $(O)/src/app/main.o $(O)/libtrellis.a $(PROGRAM_DEPS)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(PKG_LIBS)

$(O)/%.o: %.c | $(GENERATED_HEADERS)
	@mkdir -p $(@D)
	$(Q)$(CCACHE) $(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(O)/gen/%.o: $(GEN)/%.c | $(GENERATED_HEADERS)
	@mkdir -p $(@D)
	$(Q)$(CCACHE) $(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

PDF_PKGS := pangocairo libqpdf libseccomp
$(O)/src/app/pdf/%.o: CFLAGS += $(shell pkg-config --cflags $(PDF_PKGS))
$(O)/trellis-pdf: $(PDF:%.c=$(O)/%.o) $(patsubst %.c,$(O)/%.o,$(filter src/base/%,$(LIBRARY)))
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(shell pkg-config --libs $(PDF_PKGS)) -lutf8proc -lm

# --- generators: plain programs of the building machine, made first --------------------------------
TOOL_BASE := $(wildcard src/base/arena.[ch] src/base/buf.[ch] src/base/str.[ch] src/base/err.[ch] \
  src/base/base.h src/base/banned.h)
$(TOOLS)/%: tools/%.c $(TOOL_BASE)
	@mkdir -p $(@D)
	$(Q)$(HOST) -o $@ $(filter %.c,$^) $(TOOL_LIBS)
$(TOOLS)/sqlgen: tools/sqlgen_words.c tools/sqlgen.h src/core/dialect.c src/core/dialect.h \
  src/core/statement.h
$(TOOLS)/sqlgen: TOOL_LIBS := -lsqlite3

# sqlgen writes a file only when it changes: the stamp says when it ran.
$(GEN)/sql.stamp: $(TOOLS)/sqlgen $(SQL) $(MIGRATIONS)
	@mkdir -p $(@D)
	@$(TOOLS)/sqlgen $(GEN) $(SQL) $(MIGRATIONS)
	@touch $@
$(SQL_HEADERS) $(GEN)/statements.c $(GEN)/migrations.c: $(GEN)/sql.stamp
	@:
# A .sql file that was removed must be noticed too: the list of inputs is an input.
SQL_LIST := $(SQL) $(MIGRATIONS)
ifneq ($(SQL_LIST),$(shell cat $(GEN)/sql.list 2>/dev/null))
$(shell mkdir -p $(GEN); echo '$(SQL_LIST)' >$(GEN)/sql.list)
endif
$(GEN)/sql.stamp: $(GEN)/sql.list

$(GEN)/access_table.h: $(ACCESS) $(TOOLS)/accessgen
	@mkdir -p $(@D)
	@$(TOOLS)/accessgen $(ACCESS) $(GEN)/access_table.c $(GEN)/access_table.h
$(GEN)/access_table.c: $(GEN)/access_table.h
	@:

define page_rule
$(GEN)/$(basename $(notdir $(1)))_page.h: $(1) $(TOOLS)/htc
	@mkdir -p $$(@D)
	@$(TOOLS)/htc $(1) $$(@:.h=.c) $$@
$(GEN)/$(basename $(notdir $(1)))_page.c: $(GEN)/$(basename $(notdir $(1)))_page.h
	@:
endef
$(foreach p,$(PAGES),$(eval $(call page_rule,$(p))))

generated: $(GENERATED_HEADERS) $(GENERATED)

# --- checks ------------------------------------------------------------------------------------
test: $(O)/trellis-tests $(if $(DRAFT),,all) ## run the unit tests (T=path for one file; DRAFT=1 while others write)
	@prove -j2 --exec $(O)/trellis-tests $(or $(T),$(TESTS))

check: fmt-check tidy lint test ## everything a commit must pass

C_FILES := $(shell git ls-files -co --exclude-standard '*.c' '*.h' 2>/dev/null)
fmt: ## lay out every C file
	@$(FORMAT) -i $(C_FILES)
fmt-check: ## say which C files are not laid out
	@$(FORMAT) --dry-run -Werror $(C_FILES)

tidy: $(TOOLS)/tidy $(TOOLS)/sqlgen ## the laws of the house, as checks
	@git ls-files -co --exclude-standard | $(TOOLS)/tidy
	@mkdir -p $(BUILD)/strict && $(TOOLS)/sqlgen --strict $(BUILD)/strict $(SQL) $(MIGRATIONS)

LINT_FLAGS = $(filter-out -Werror -I$(GEN),$(BASIC)) -isystem $(GEN) -Itools \
  $(shell pkg-config --cflags $(PDF_PKGS) libpq 2>/dev/null)
LINTED = $(patsubst %.c,$(BUILD)/lint/%.ok,$(filter-out tests/tools/% tools/room/%,$(filter %.c,$(or $(F),$(C_FILES)))))
lint: $(LINTED) ## clang-tidy over what changed in src, tools and tests (F=files for some)
# A file is read again when it, one of ours that it includes, or the list of checks has changed.
$(BUILD)/lint/%.ok: %.c .clang-tidy | generated
	@[ -n '$(LINT)' ] || { echo 'clang-tidy is missing: tools/deps.sh test' >&2; exit 1; }
	@mkdir -p $(@D)
	@$(CLANG) -MM -MP -MT $@ -MF $(@:.ok=.d) $(LINT_FLAGS) $<
	$(Q)$(LINT) --quiet $< -- $(LINT_FLAGS) 2>/dev/null
	@touch $@

sqlcheck: tests-built ## prepare every statement on PostgreSQL too
	@BUILD=$(BUILD) PRESET=$(PRESET) prove --exec sh tests/sql/pg_prepare.sh

asan: ## unit tests under the address and undefined-behaviour sanitizers
	@$(MAKE) PRESET=asan test
tsan: ## unit tests under the thread sanitizer
	@$(MAKE) PRESET=tsan test

$(O)/fuzz/%: $(O)/tests/fuzz/%.o $(O)/libtrellis.a $(if $(filter fuzz,$(PRESET)),,$(O)/tests/fuzz/replay.o)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(O)/libtrellis.a $(PKG_LIBS)
# Targets that read into a store stand on that of the unit tests.
FUZZ_WORLD := $(addprefix $(O)/,tests/fuzz/world.o src/test/fixture.o src/test/cohorts.o)
$(O)/tests/fuzz/%.o: CFLAGS += -Itests/fuzz
$(O)/fuzz/fuzz_import $(O)/fuzz/fuzz_builder_page: $(FUZZ_WORLD)
fuzz: ## look for crashes in every parser, with libFuzzer (FUZZ_SECONDS=20 each)
	@$(MAKE) PRESET=fuzz fuzz-run
# What it finds is in build/fuzz-found; what it learns, in build/corpus.
FUZZ_OPTIONS = -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048
fuzz-run: $(FUZZERS:%=$(O)/fuzz/%)
	@mkdir -p $(BUILD)/fuzz-found; for f in $(FUZZERS); do \
	  mkdir -p $(BUILD)/corpus/$$f tests/fuzz/corpus/$$f; said=$(BUILD)/fuzz-found/$$f.log; \
	  $(O)/fuzz/$$f $(FUZZ_OPTIONS) -artifact_prefix=$(BUILD)/fuzz-found/$$f- \
	    $(BUILD)/corpus/$$f tests/fuzz/corpus/$$f >$$said 2>&1 || { tail -40 $$said; exit 1; }; \
	  echo "$$f: $$(tail -1 $$said)"; done
fuzz-list:
	@$(foreach f,$(FUZZERS),echo tests/fuzz/$(f).c;):
fuzz-replay: tests-built ## run every parser over the kept inputs, as TAP
	@$(if $(FUZZERS),prove --exec tests/fuzz/replay.sh $(FUZZERS:%=tests/fuzz/%.c),echo "no fuzzers yet")

PG_PREPARE := $(if $(shell pkg-config --exists libpq 2>/dev/null && echo y),$(O)/tests/sql/pg_prepare)
$(O)/tests/sql/pg_prepare.o: CFLAGS += $(shell pkg-config --cflags libpq 2>/dev/null)
$(O)/tests/sql/pg_prepare: $(O)/tests/sql/pg_prepare.o $(O)/libtrellis.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lpq

$(O)/tests/ui/ui_parts: $(O)/tests/ui/ui_parts.o $(O)/libtrellis.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# The language of cohorts against its reference, which shares nothing with the program.
ORACLE := $(O)/tests/oracle/oracle
$(O)/tests/oracle/%.o: CFLAGS += -Itests/oracle
$(ORACLE): $(patsubst %.c,$(O)/%.o,$(wildcard tests/oracle/*.c)) $(O)/libtrellis.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
.PHONY: oracle
CASES ?= 2000
oracle: $(ORACLE) ## random definitions, the program against the reference (CASES=2000)
	@$(ORACLE) $(CASES)

# All that test.sh runs, built.
tests-built: $(O)/trellis-tests $(ORACLE) $(O)/tests/ui/ui_parts $(PG_PREPARE) $(FUZZERS:%=$(O)/fuzz/%) \
  $(addprefix $(TOOLS)/,$(filter-out htc_% sqlgen_%,$(basename $(notdir $(wildcard tools/*.c)))))

$(O)/bench/bench_columns $(O)/bench/bench_population $(O)/bench/bench_library: $(O)/tests/bench/made.o
$(O)/bench/%: $(O)/tests/bench/%.o $(O)/libtrellis.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(PKG_LIBS)
bench-base: $(O)/bench/bench_base ## MB/s of reading and writing JSON and CSV
	@$<

PEOPLE ?= 50000
.PHONY: bench-columns
bench-columns: $(O)/bench/bench_columns ## the shared benchmark's questions to columns (PEOPLE=50000)
	@$< $(PEOPLE) 0 $(O)/bench/columns

DEFINITIONS := $(wildcard assets/cohorts/*.cohort) tests/proof/definitions.txt tests/bench/library.txt
.PHONY: bench-library
bench-library: $(O)/bench/bench_library ## every definition that is kept here, once each (PEOPLE=50000)
	@$< $(PEOPLE) $(O)/bench/library $(DEFINITIONS)

# DuckDB comes from npm, into a folder of its own; ENGINES=duckdb for one of them only.
ENGINES ?= duckdb,sqlite,postgres
.PHONY: bench-population
bench-population: $(O)/bench/bench_columns $(O)/bench/bench_population ## the same questions to DuckDB, SQLite, PostgreSQL (PEOPLE=50000)
	@cd tests/bench/population && npm ci --ignore-scripts --no-audit --no-fund --silent
	@node tests/bench/population/run.mjs $(O)/bench $(PEOPLE) $(BUILD)/bench/population $(ENGINES)

.PHONY: bench-refresh
bench-refresh: all ## a practice's changes of a day: how long until they are on a page (PEOPLE=50000)
	@node tests/bench/refresh.mjs $(O)/trellis $(PEOPLE) $(BUILD)/bench/refresh 18098

bench: ## speed against the budget, printed as a table
	@if [ -x tests/bench/run.sh ]; then $(MAKE) all && tests/bench/run.sh $(O)/trellis; \
	  else echo "tests/bench/run.sh is not there"; exit 1; fi

routes: all ## print every route with its capability, data class and audit verb
	@$(O)/trellis routes

room: ## start a room that builds and is tested (NAME=visit STOREY=care)
	@tools/room.sh '$(NAME)' $(STOREY)

clean: ## remove what was built
	rm -rf $(BUILD)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

-include $(shell find $(O) $(BUILD)/lint -name '*.d' 2>/dev/null)
