// SPDX-License-Identifier: Apache-2.0
// Fact: a checkpoint in a destructor that runs while the stack is unwound.
#include "step.h"

#include <iostream>
#include <stdexcept>

struct Guard {
	int number;
	~Guard()
	{
		checkpoint_here();
		std::cout << "guard " << number << ' ' << std::uncaught_exceptions() << '\n';
	}
};

int main()
{
	for (int step = 1; step <= STEPS; step++) {
		try {
			Guard guard{step};

			throw std::runtime_error("out");
		} catch (const std::runtime_error &e) {
			std::cout << e.what() << '\n';
		}
	}
}
