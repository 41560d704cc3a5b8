// SPDX-License-Identifier: Apache-2.0
// Fact: virtual calls, dynamic_cast, lambdas with captures and shared pointers work on objects made before.
#include "step.h"

#include <functional>
#include <iostream>
#include <memory>
#include <vector>

struct Shape {
	virtual ~Shape() = default;
	virtual int corners() const = 0;
};
struct Square : Shape {
	int corners() const override { return 4; }
};
struct Circle : Shape {
	int corners() const override { return 0; }
};

int main()
{
	std::vector<std::shared_ptr<Shape>> shapes;
	std::vector<std::function<int()>> later;
	std::weak_ptr<Shape> last;

	for (int step = 1; step <= STEPS; step++) {
		int sum = 0, squares = 0;

		checkpoint_here();
		if (step % 2)
			shapes.push_back(std::make_shared<Square>());
		else
			shapes.push_back(std::make_shared<Circle>());
		last = shapes.back();
		later.push_back([step, shape = shapes.back()] { return shape->corners() * 10 + step; });
		for (const auto &f : later)
			sum += f();
		for (const auto &shape : shapes)
			squares += dynamic_cast<Square *>(shape.get()) != nullptr;
		std::cout << sum << ' ' << squares << ' ' << last.use_count() << '\n';
	}
}
