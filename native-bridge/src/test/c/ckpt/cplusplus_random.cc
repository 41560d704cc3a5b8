// SPDX-License-Identifier: Apache-2.0
// Fact: generators and distributions of <random> go on with their sequences.
#include "step.h"

#include <iostream>
#include <random>

int main()
{
	std::mt19937_64 engine(5);
	std::normal_distribution<double> normal;

	std::cout.precision(17);
	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		std::cout << engine() << ' ' << normal(engine) << '\n';
	}
}
