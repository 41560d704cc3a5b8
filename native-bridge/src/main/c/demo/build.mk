# The programs that `roost demo` runs: a COD application and a batch job.
DEMO_BIN := $(OUT)/demo/fractgen $(OUT)/demo/primes
ALL += $(DEMO_BIN)

$(OUT)/demo/%: $(OUT)/obj/demo/%.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $< -o $@ -lm
