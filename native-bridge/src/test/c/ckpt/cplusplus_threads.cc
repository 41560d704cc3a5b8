// SPDX-License-Identifier: Apache-2.0
// Fact: std::thread, std::recursive_mutex held across a checkpoint, futures and condition variables with timeouts.
#include "step.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <iostream>
#include <mutex>
#include <thread>

int main()
{
	std::recursive_mutex rec;
	std::mutex m;
	std::condition_variable cv;
	std::atomic<int> ticks{0};
	bool stop = false;
	std::thread t([&] {
		std::unique_lock<std::mutex> l(m);
		while (!stop) {
			cv.wait_for(l, std::chrono::milliseconds(1));
			ticks++;
		}
	});

	for (int step = 0; step < STEPS; step++) {
		std::lock_guard<std::recursive_mutex> a(rec);
		{
			std::lock_guard<std::recursive_mutex> b(rec);
			checkpoint_here();
		}
		auto f = std::async(std::launch::async, [&] { return rec.try_lock() ? 1 : 0; });
		std::cout << "locked by another " << f.get() << "\n";
		int before = ticks;
		while (ticks < before + 3)
			std::this_thread::yield();
		std::cout << "ticking " << step << std::endl;
	}
	{
		std::lock_guard<std::mutex> l(m);
		stop = true;
	}
	cv.notify_all();
	t.join();
	return 0;
}
