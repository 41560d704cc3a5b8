// SPDX-License-Identifier: Apache-2.0
// Fact: an exception caught before is thrown again after.
#include "step.h"

#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

int main()
{
	for (int step = 1; step <= STEPS; step++) {
		std::exception_ptr kept;

		try {
			throw std::out_of_range("number " + std::to_string(step));
		} catch (...) {
			kept = std::current_exception();
			checkpoint_here();
		}
		try {
			std::rethrow_exception(kept);
		} catch (const std::logic_error &e) {
			std::cout << e.what() << '\n';
		}
	}
}
