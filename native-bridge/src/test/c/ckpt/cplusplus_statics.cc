// SPDX-License-Identifier: Apache-2.0
// Fact: static objects are made once, and destroyed once at the end, in reverse order.
#include "step.h"

#include <iostream>

struct Noisy {
	int number;
	explicit Noisy(int n) : number(n) { std::cout << "made " << number << '\n'; }
	~Noisy() { std::cout << "gone " << number << '\n'; }
};

static Noisy global(0);

static Noisy &local(int step)
{
	static Noisy noisy(step);

	return noisy;
}

int main()
{
	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		std::cout << local(step).number << '\n';
	}
}
