// SPDX-License-Identifier: Apache-2.0
// As counts.c, in C++: exceptions, streams and strings across a checkpoint.
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>

extern "C" void ckpt_and_exit();

int main(int argc, char **argv)
{
	int every = argc == 2 ? std::atoi(argv[1]) : 1;

	for (int i = 1; i <= 2000; i++) {
		try {
			if (i % every == 0)
				ckpt_and_exit();
			throw std::runtime_error(std::to_string(i));
		} catch (const std::exception &e) {
			std::cout << e.what() << std::endl;
		}
	}
	return argc > 2 ? 99 : 7;
}
