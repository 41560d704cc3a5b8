# The front of the command line. Linked statically where that works: it starts in half the time.
FRONT_OBJS := $(patsubst %,$(OUT)/obj/front/%.o,main cache session jvm node)
FRONT_STATIC := $(shell printf 'int main(void){return 0;}' | $(CC) -static -x c - -o /dev/null 2>/dev/null && echo -static)
ALL += $(OUT)/bin/roost

$(OUT)/bin/roost: $(FRONT_OBJS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(FRONT_STATIC) $^ -o $@
