# assets.mk -- the page compiler's parts, and what a browser loads, packed into the program.
.DEFAULT_GOAL := all

$(TOOLS)/htc: $(wildcard tools/htc_*.c) tools/htc.h tools/htc_markup.h
