// SPDX-License-Identifier: Apache-2.0
// Fact: maps, lists and strings hold together and grow on.
#include "step.h"

#include <iostream>
#include <list>
#include <map>
#include <string>

int main()
{
	std::map<std::string, std::list<int>> all;

	for (int step = 1; step <= STEPS; step++) {
		long sum = 0;

		checkpoint_here();
		for (int i = 0; i < 500; i++)
			all["key " + std::to_string(i * step % 97)].push_back(i);
		for (const auto &[key, list] : all)
			for (int v : list)
				sum = sum * 31 % 1000003 + v + static_cast<long>(key.size());
		std::cout << all.size() << ' ' << sum << '\n';
	}
}
