// SPDX-License-Identifier: Apache-2.0
// Fact: x87, SSE and AVX registers and the rounding mode come back.
#include "step.h"

#include <fenv.h>
#include <immintrin.h>

__attribute__((target("avx"))) static void vectors(int step, float out[8])
{
	__m256 v = _mm256_set1_ps((float)step + 0.5f);

	__asm__ volatile("" : "+x"(v));
	for (int i = 0; i < 8; i++)
		out[i] = 0;
	/* The register lives across the system call that sends the signal. */
	checkpoint_here();
	v = _mm256_add_ps(v, v);
	_mm256_storeu_ps(out, v);
}

int main(void)
{
	float out[8] = {0};
	long double x = 1;

	for (int step = 0; step < STEPS; step++) {
		volatile double third = 1, three = 3;

		fesetround(step & 1 ? FE_UPWARD : FE_DOWNWARD);
		x = x / 3 + 1;
		if (__builtin_cpu_supports("avx"))
			vectors(step, out);
		else
			checkpoint_here();
		printf("%.17g %.20Lg %d %g\n", third / three, x, fegetround(),
		       __builtin_cpu_supports("avx") ? out[7] - out[7] : 0);
	}
	return 0;
}
