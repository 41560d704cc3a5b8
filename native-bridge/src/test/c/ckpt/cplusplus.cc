// SPDX-License-Identifier: Apache-2.0
// Fact: C++ containers, iostreams, exceptions through frames that were interrupted, thread_local and static objects.
#include "step.h"

#include <fstream>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

struct Counted {
	static int alive;
	Counted() { alive++; }
	~Counted() { alive--; }
};
int Counted::alive;
static thread_local std::string mine = "tls";
static std::map<std::string, std::vector<int>> table;

static void thrower(int step)
{
	Counted guard;
	checkpoint_here();
	if (step % 2 == 0)
		throw std::runtime_error("step " + std::to_string(step));
}

int main()
{
	std::ofstream out("stream.txt");

	for (int step = 0; step < STEPS; step++) {
		table["key" + std::to_string(step)].push_back(step * step);
		try {
			thrower(step);
			std::cout << "no exception\n";
		} catch (const std::exception &e) {
			std::cout << "caught " << e.what() << " alive " << Counted::alive << "\n";
		}
		mine += std::to_string(step);
		out << step << " " << mine << std::endl;
	}
	out.close();
	std::ifstream in("stream.txt");
	for (std::string line; std::getline(in, line);)
		std::cout << line << "\n";
	for (auto &[k, v] : table)
		std::cout << k << " " << v[0] << "\n";
	return 4;
}
