// SPDX-License-Identifier: Apache-2.0
// Fact: a file stream keeps its position, its format flags and what stands unwritten in it.
#include "step.h"

#include <fstream>
#include <iomanip>
#include <iostream>
#include <string>

int main()
{
	std::ofstream out("file");
	std::string line;

	out << std::hex << std::setfill('0');
	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		out << std::setw(6) << step * 1000 << '\n';
	}
	out.close();
	for (std::ifstream in("file"); std::getline(in, line);)
		std::cout << line << '\n';
}
