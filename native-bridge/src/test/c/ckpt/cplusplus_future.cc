// SPDX-License-Identifier: Apache-2.0
// Fact: a thread that waits for a promise made before gets the value given after.
#include "step.h"

#include <future>
#include <iostream>

int main()
{
	for (int step = 1; step <= STEPS; step++) {
		std::promise<int> given;
		std::future<int> twice = std::async(std::launch::async, [&] { return given.get_future().get() * 2; });

		checkpoint_here();
		given.set_value(step);
		std::cout << twice.get() << '\n';
	}
}
