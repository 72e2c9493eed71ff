# tlm: GNU make and pkg-config. `make help` lists what there is to build.
#
#   SANITIZE=address,undefined   build with sanitizers, in build-asan (thread: build-tsan)
#   WERROR=1                     warnings are errors
#   V=1                          show the commands
#   CC=clang CFLAGS='-O0 -g'     another compiler, other flags
#   PREFIX=/usr DESTDIR=/tmp/x   where install puts things

PREFIX  ?= /usr/local
BINDIR  ?= $(PREFIX)/bin
LIBDIR  ?= $(PREFIX)/lib
INCDIR  ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
DESTDIR ?=
SANITIZE ?=
WERROR  ?=
V       ?=

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

comma := ,
empty :=
space := $(empty) $(empty)

# ---- where a build goes ----------------------------------------------------------------------

sanitizers := $(subst $(comma), ,$(SANITIZE))
short-name  = $(patsubst address,asan,$(patsubst thread,tsan,$(patsubst undefined,ubsan,$(1))))
# address,undefined is the usual pair and is called after its first half.
BUILD := build$(if $(sanitizers),-$(firstword $(call short-name,$(sort $(sanitizers)))))
SOVERSION := 0
VERSION := $(shell sed -n 's/^.define TLM_VERSION "\(.*\)"/\1/p' lib/tlm.h)

# ---- sources: every .c file of a room ----------------------------------------------------------

LIB_SRC     := $(sort $(wildcard lib/*.c lib/*/*.c))
CLI_SRC     := $(sort $(wildcard cli/*.c cli/*/*.c))
UNIT_SRC    := $(sort $(wildcard tests/unit/test_*.c))
FUZZ_SRC    := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FAULT_SRC   := $(sort $(wildcard tests/fault/*.c))
EXAMPLE_SRC := $(sort $(wildcard tests/examples/*.c))
TRACER_SRC  := tests/support/fail_call.c tests/support/record_files.c
SUPPORT_SRC := $(filter-out $(TRACER_SRC),$(sort $(wildcard tests/support/*.c)))
BASELINE_SRC := $(sort $(wildcard tests/baseline/*.c))

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
LIB_OBJ     := $(call objects,$(LIB_SRC))
CLI_OBJ     := $(call objects,$(CLI_SRC))
MAIN_OBJ    := $(call objects,cli/main.c cli/docgen.c)
TEST_OBJ    := $(call objects,$(UNIT_SRC) $(FUZZ_SRC) $(FAULT_SRC) $(EXAMPLE_SRC) \
	$(SUPPORT_SRC) $(BASELINE_SRC) tests/fuzz/replay_main.c)

UNIT_BIN    := $(patsubst tests/%.c,$(BUILD)/tests/%,$(UNIT_SRC))
FUZZ_BIN    := $(patsubst tests/%.c,$(BUILD)/tests/%,$(FUZZ_SRC))
EXAMPLE_BIN := $(patsubst tests/%.c,$(BUILD)/tests/%,$(EXAMPLE_SRC))
SUPPORT_BIN := $(patsubst tests/support/%.c,$(BUILD)/tests/%,$(SUPPORT_SRC))
TRACER_BIN  := $(patsubst tests/support/%.c,$(BUILD)/tests/%,$(TRACER_SRC))
BASELINE_BIN := $(patsubst tests/baseline/%.c,$(BUILD)/tests/%,$(BASELINE_SRC))
FAULT_SO    := $(patsubst tests/%.c,$(BUILD)/tests/%.so,$(FAULT_SRC))

# ---- libraries ---------------------------------------------------------------------------------

PKG_CONFIG ?= pkg-config
LIB_PKGS  := avro-c jansson snappy libdeflate liblzma libxxhash libzstd zlib
CLI_PKGS  := jansson libpng ncursesw
TEST_PKGS := check

DEBIAN_avro-c     := libavro-dev
DEBIAN_jansson    := libjansson-dev
DEBIAN_snappy     := libsnappy-dev
DEBIAN_libdeflate := libdeflate-dev
DEBIAN_libpng     := libpng-dev
DEBIAN_liblzma    := liblzma-dev
DEBIAN_libzstd    := libzstd-dev
DEBIAN_zlib       := zlib1g-dev
DEBIAN_libxxhash  := libxxhash-dev
DEBIAN_check      := check
DEBIAN_ncursesw   := libncurses-dev

no-build-goals := clean uninstall help lint tree
goals := $(or $(MAKECMDGOALS),all)
test-goals := $(filter unit tests $(BUILD)/tests/unit/%,$(goals))

ifneq ($(filter-out $(no-build-goals),$(goals)),)
ifeq ($(shell command -v $(PKG_CONFIG)),)
$(error pkg-config is missing (Debian package pkg-config): run scripts/install-deps)
endif
ifeq ($(shell command -v $(firstword $(CC))),)
$(error the compiler $(CC) is missing (Debian package gcc): run scripts/install-deps)
endif
wanted := $(sort $(LIB_PKGS) $(CLI_PKGS)) $(if $(test-goals),$(TEST_PKGS))
ifneq ($(shell $(PKG_CONFIG) --exists $(wanted) && echo yes),yes)
absent := $(sort $(foreach p,$(wanted),\
	$(if $(filter yes,$(shell $(PKG_CONFIG) --exists $(p) && echo yes)),,$(DEBIAN_$(p)))))
$(error missing Debian packages: $(absent): run scripts/install-deps$(if $(test-goals), test))
endif
# libcsv and libbz2 have no .pc file.
has-header = $(shell echo '\#include <$(1)>' | $(CC) -E -x c - >/dev/null 2>&1 && echo yes)
absent := $(if $(call has-header,csv.h),,libcsv-dev) $(if $(call has-header,bzlib.h),,libbz2-dev)
ifneq ($(strip $(absent)),)
$(error missing Debian packages: $(strip $(absent)): run scripts/install-deps)
endif
LIB_LIBS  := $(shell $(PKG_CONFIG) --libs $(LIB_PKGS)) -lbz2 -lcsv -lm
CLI_LIBS  := $(shell $(PKG_CONFIG) --libs $(CLI_PKGS))
TEST_LIBS  = $(shell $(PKG_CONFIG) --libs $(TEST_PKGS))
endif

# ---- flags -------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wformat=2 -Wundef $(if $(WERROR),-Werror)

ifneq ($(sanitizers),)
CFLAGS ?= -O1 -g
sanitize := -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
else
CFLAGS ?= -O2 -g
# glibc's checks need an optimizing compiler.
fortify := $(if $(filter-out -O0,$(filter -O%,$(CFLAGS))),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif

BASE_CFLAGS := -std=c11 -D_GNU_SOURCE $(WARNINGS) -fstack-protector-strong -pthread \
	$(fortify) $(sanitize) $(CPPFLAGS) $(CFLAGS)
BASE_LDFLAGS := -pthread -Wl,-z,relro,-z,now -Wl,--as-needed $(sanitize) $(LDFLAGS)

# Library objects serve libtlm.a and libtlm.so alike; only TLM_API names leave the latter.
$(LIB_OBJ): ROOM_CFLAGS = -fPIC -fvisibility=hidden -Ilib
$(CLI_OBJ): ROOM_CFLAGS = -fPIE -Ilib -Icli
$(TEST_OBJ): ROOM_CFLAGS = -fPIE -Ilib -Icli -Itests -I.
$(call objects,$(FAULT_SRC)): ROOM_CFLAGS = -fPIC -Ilib -Itests

# ---- what is said ------------------------------------------------------------------------------

Q   := $(if $(V),,@)
say  = $(if $(V),:,printf '  %-3s %s\n')

# ---- targets -----------------------------------------------------------------------------------

.PHONY: all check unit tests install uninstall clean lint tree docs help FORCE

all: $(BUILD)/tlm $(BUILD)/libtlm.a $(BUILD)/libtlm.so.$(SOVERSION) $(BUILD)/docgen

help:
	@echo 'all        tlm, libtlm.a, libtlm.so, docgen in $(BUILD)/'
	@echo 'check      builds and runs every test (scripts/check also installs what they need)'
	@echo 'unit       builds and runs the unit tests'
	@echo 'tests      builds all test programs'
	@echo 'docs       writes man pages and completions anew from the table of commands'
	@echo 'lint       formatting and static analysis'
	@echo 'install    PREFIX= DESTDIR=      uninstall   clean'
	@echo 'compile_commands.json'
	@sed -n 's/^#  //p' Makefile

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE_CFLAGS) $(ROOM_CFLAGS) -MMD -MP -c -o $@ $<

define archive
@$(say) AR $@
@mkdir -p $(@D)
@rm -f $@
$(Q)$(AR) rcs $@ $(filter %.o,$^)
endef

define link
@$(say) LD $@
@mkdir -p $(@D)
$(Q)$(CC) $(BASE_LDFLAGS) -pie -o $@ $(filter %.o,$^) $(filter %.a,$^)
endef

$(BUILD)/libtlm.a: $(LIB_OBJ) $(BUILD)/sources
	$(archive)

$(BUILD)/libtlm.so.$(SOVERSION): $(LIB_OBJ) $(BUILD)/sources
	@$(say) LD $@
	$(Q)$(CC) $(BASE_LDFLAGS) -shared -Wl,-soname,$(@F) $(if $(sanitize),,-Wl,-z,defs) -o $@ \
		$(LIB_OBJ) $(LIB_LIBS)

# Everything of the command but its main functions, for docgen and the unit tests.
$(BUILD)/libcli.a: $(filter-out $(MAIN_OBJ),$(CLI_OBJ)) $(BUILD)/sources
	$(archive)

$(BUILD)/tlm: $(BUILD)/obj/cli/main.o $(BUILD)/libcli.a $(BUILD)/libtlm.a
	$(link) $(LIB_LIBS) $(CLI_LIBS)

$(BUILD)/docgen: $(BUILD)/obj/cli/docgen.o $(BUILD)/libcli.a $(BUILD)/libtlm.a
	$(link) $(LIB_LIBS) $(CLI_LIBS)

$(UNIT_BIN): $(BUILD)/tests/unit/%: $(BUILD)/obj/tests/unit/%.o \
		$(BUILD)/libcli.a $(BUILD)/libtlm.a
	$(link) $(LIB_LIBS) $(CLI_LIBS) $(TEST_LIBS)

$(FUZZ_BIN): $(BUILD)/tests/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o \
		$(BUILD)/obj/tests/fuzz/replay_main.o $(BUILD)/libtlm.a
	$(link) $(LIB_LIBS)

$(EXAMPLE_BIN): $(BUILD)/tests/examples/%: $(BUILD)/obj/tests/examples/%.o $(BUILD)/libtlm.a
	$(link) $(LIB_LIBS)

$(FAULT_SO): $(BUILD)/tests/fault/%.so: $(BUILD)/obj/tests/fault/%.o
	@$(say) LD $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -shared -o $@ $^ -ldl

$(SUPPORT_BIN): $(BUILD)/tests/%: $(BUILD)/obj/tests/support/%.o $(BUILD)/libtlm.a
	$(link) $(LIB_LIBS)

# They run other programs thousands of times, and do so sooner without sanitizers.
$(TRACER_BIN): $(BUILD)/tests/%: tests/support/%.c $(wildcard tests/support/*.h) $(BUILD)/flags
	@$(say) LD $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(filter-out $(sanitize),$(BASE_CFLAGS)) -Itests -o $@ $<

$(BASELINE_BIN): $(BUILD)/tests/%: $(BUILD)/obj/tests/baseline/%.o \
		$(BUILD)/libcli.a $(BUILD)/libtlm.a
	$(link) $(LIB_LIBS) $(CLI_LIBS)

tests: $(UNIT_BIN) $(FUZZ_BIN) $(EXAMPLE_BIN) $(SUPPORT_BIN) $(TRACER_BIN) \
	$(FAULT_SO) $(BASELINE_BIN)

unit: $(UNIT_BIN)
	@status=0; for program in $^; do $$program || status=1; done; exit $$status

check:
	@scripts/check --no-install

lint:
	@scripts/lint

tree:
	@scripts/check-tree

docs: $(BUILD)/docgen
	@scripts/docs $<

# ---- rebuild when flags or the set of sources change --------------------------------------------

define keep-in-step
@mkdir -p $(@D)
@printf '%s\n' '$(subst ','\'',$(1))' | cmp -s - $@ || printf '%s\n' '$(subst ','\'',$(1))' >$@
endef

$(BUILD)/flags: FORCE
	$(call keep-in-step,$(CC) $(BASE_CFLAGS) $(BASE_LDFLAGS))

$(BUILD)/sources: FORCE
	$(call keep-in-step,$(LIB_SRC) $(CLI_SRC))

-include $(patsubst %.o,%.d,$(LIB_OBJ) $(CLI_OBJ) $(TEST_OBJ))

# ---- install -----------------------------------------------------------------------------------

MAN := $(sort $(wildcard man/*.1))
bindir := $(DESTDIR)$(BINDIR)
libdir := $(DESTDIR)$(LIBDIR)
incdir := $(DESTDIR)$(INCDIR)
datadir := $(DESTDIR)$(DATADIR)
INSTALLED := $(bindir)/tlm $(libdir)/libtlm.a $(libdir)/libtlm.so.$(SOVERSION) \
	$(libdir)/libtlm.so $(libdir)/pkgconfig/tlm.pc $(incdir)/tlm.h \
	$(patsubst man/%,$(datadir)/man/man1/%,$(MAN)) \
	$(datadir)/bash-completion/completions/tlm $(datadir)/zsh/site-functions/_tlm \
	$(datadir)/fish/vendor_completions.d/tlm.fish

$(BUILD)/tlm.pc: lib/tlm.pc.in lib/tlm.h $(BUILD)/paths
	@sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@INCDIR@|$(INCDIR)|' \
		-e 's|@VERSION@|$(VERSION)|' $< >$@

$(BUILD)/paths: FORCE
	$(call keep-in-step,$(PREFIX) $(LIBDIR) $(INCDIR))

install: all $(BUILD)/tlm.pc
	$(Q)install -D -m 755 $(BUILD)/tlm $(bindir)/tlm
	$(Q)install -D -m 644 $(BUILD)/libtlm.a $(libdir)/libtlm.a
	$(Q)install -D -m 644 $(BUILD)/libtlm.so.$(SOVERSION) $(libdir)/libtlm.so.$(SOVERSION)
	$(Q)ln -sf libtlm.so.$(SOVERSION) $(libdir)/libtlm.so
	$(Q)install -D -m 644 $(BUILD)/tlm.pc $(libdir)/pkgconfig/tlm.pc
	$(Q)install -D -m 644 lib/tlm.h $(incdir)/tlm.h
	$(Q)for page in $(MAN); do install -D -m 644 -t $(datadir)/man/man1 $$page || exit 1; done
	$(Q)install -D -m 644 completions/tlm.bash $(datadir)/bash-completion/completions/tlm
	$(Q)install -D -m 644 completions/_tlm $(datadir)/zsh/site-functions/_tlm
	$(Q)install -D -m 644 completions/tlm.fish $(datadir)/fish/vendor_completions.d/tlm.fish
	@echo 'installed in $(DESTDIR)$(PREFIX)'

uninstall:
	$(Q)rm -f $(INSTALLED)

clean:
	$(Q)rm -rf build build-* compile_commands.json

# ---- compile_commands.json -----------------------------------------------------------------------

# One entry a source: $(1) sources, $(2) the room's flags.
entries = $(foreach s,$(1),{"directory": "$(CURDIR)"$(comma) "file": "$(s)"$(comma)\
	"command": "$(CC) $(BASE_CFLAGS) $(2) -c $(s)"}@)

compile_commands.json: FORCE
	@printf '%s\n' '$(call entries,$(LIB_SRC),-fPIC -fvisibility=hidden -Ilib)' \
		'$(call entries,$(CLI_SRC),-fPIE -Ilib -Icli)' \
		'$(call entries,$(UNIT_SRC) $(FUZZ_SRC) $(EXAMPLE_SRC) $(SUPPORT_SRC) \
			$(BASELINE_SRC),-fPIE -Ilib -Icli -Itests -I.)' | \
		tr -d '\n' | sed -e 's/@ */,\n/g' | sed -e '1s/^/[\n/' -e '$$s/,$$/\n]/' >$@
