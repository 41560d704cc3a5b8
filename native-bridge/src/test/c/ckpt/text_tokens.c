// SPDX-License-Identifier: Apache-2.0
// Fact: strtok goes on in the text where it was.
#include "step.h"

int main(void)
{
	static char text[] = "one two three four five six";
	char *word = strtok(text, " ");

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		puts(word);
		word = strtok(NULL, " ");
	}
	return 0;
}
