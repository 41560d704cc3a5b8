# The front of the command line. Linked statically where that works: it starts in half the time.
FRONT_OBJS := $(patsubst %,$(OUT)/obj/front/%.o,main cache session jvm node)
FRONT_STATIC := $(shell printf 'int main(void){return 0;}' | $(CC) -static -x c - -o /dev/null 2>/dev/null && echo -static)
ALL += $(OUT)/bin/roost
CHECKS += front-check

$(OUT)/bin/roost: $(FRONT_OBJS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(FRONT_STATIC) $^ -o $@

# The front with less patience, and with the sanitizers if gcc came with them.
FRONT_SANITIZE := $(shell echo "int main(void){return 0;}" | \
	$(CC) $(SANITIZE) -x c - -o /dev/null 2>/dev/null && echo $(SANITIZE))
FRONT_TEST := $(OUT)/test/front

.PHONY: front-check
front-check: $(FRONT_TEST)/test_front $(FRONT_TEST)/roost
	$(FRONT_TEST)/test_front $(FRONT_TEST)/roost

$(FRONT_TEST)/roost: $(wildcard front/*.[ch]) include/front_protocol.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(FRONT_SANITIZE) -DSILENCE_S=1 -DPROBE_S=5 $(wildcard front/*.c) -o $@
$(FRONT_TEST)/test_front: front/test/test_front.c include/front_protocol.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $< -o $@
