// SPDX-License-Identifier: Apache-2.0
/*
 * fractgen: draws a piece of the Mandelbrot set and writes it to standard output as a portable
 * pixmap (P6), one line of pixels at a time, so that a picture half done can be looked at.
 *
 *	fractgen mandelbrot RE,IM RE,IM [WIDTH [ITERATIONS]]
 *
 * The two points are opposite corners. It is the application of the manual's Computing On Demand
 * chapter; `roost demo` runs it as the COD job. Context: an ordinary program.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DEFAULT_WIDTH = 640,
	MAX_WIDTH = 8192,
	DEFAULT_ITERATIONS = 2000,
	MAX_ITERATIONS = 10000000,
	SAMPLES = 3, /* per pixel and axis, against jagged edges */
};

struct point {
	double re, im;
};

static int parse_point(const char *text, struct point *p)
{
	char *end;

	p->re = strtod(text, &end);
	if (end == text || *end != ',')
		return -1;
	text = end + 1;
	p->im = strtod(text, &end);
	return end == text || *end ? -1 : 0;
}

static int parse_number(const char *text, long max)
{
	char *end;
	long n = strtol(text, &end, 10);

	return end == text || *end || n < 1 || n > max ? -1 : (int)n;
}

/* How fast the point escapes, smoothed; negative if it does not within the limit. */
static double escape(struct point c, int iterations)
{
	double re = 0, im = 0;

	for (int n = 0; n < iterations; n++) {
		double re2 = re * re, im2 = im * im;

		if (re2 + im2 > 256)
			return n + 1 - log2(log2(re2 + im2) / 2);
		im = 2 * re * im + c.im;
		re = re2 - im2 + c.re;
	}
	return -1;
}

static void add_colour(double speed, double rgb[3])
{
	if (speed < 0)
		return; /* the set itself is black */
	double t = sqrt(speed) / 3;

	for (int i = 0; i < 3; i++)
		rgb[i] += 127.5 * (1 - cos(t + i * 0.9));
}

static int draw(struct point from, struct point to, int width, int iterations)
{
	int height = (int)lround(width * fabs((to.im - from.im) / (to.re - from.re)));
	unsigned char *line;

	if (height < 1 || height > MAX_WIDTH) {
		fprintf(stderr, "fractgen: the corners do not span a picture\n");
		return 1;
	}
	line = malloc((size_t)width * 3);
	if (!line) {
		fprintf(stderr, "fractgen: out of memory\n");
		return 1;
	}
	printf("P6\n%d %d\n255\n", width, height);
	for (int y = 0; y < height; y++) {
		for (int x = 0; x < width; x++) {
			double rgb[3] = { 0 };

			for (int s = 0; s < SAMPLES * SAMPLES; s++) {
				double fx = (x + (s % SAMPLES + 0.5) / SAMPLES) / width;
				double fy = (y + (s / SAMPLES + 0.5) / SAMPLES) / height;
				struct point c = { from.re + fx * (to.re - from.re),
						   from.im + fy * (to.im - from.im) };

				add_colour(escape(c, iterations), rgb);
			}
			for (int i = 0; i < 3; i++)
				line[x * 3 + i] = (unsigned char)(rgb[i] / (SAMPLES * SAMPLES));
		}
		if (fwrite(line, 3, (size_t)width, stdout) != (size_t)width || fflush(stdout)) {
			perror("fractgen: cannot write the picture");
			free(line);
			return 1;
		}
	}
	free(line);
	return 0;
}

int main(int argc, char **argv)
{
	struct point from, to;
	int width = argc > 4 ? parse_number(argv[4], MAX_WIDTH) : DEFAULT_WIDTH;
	int iterations = argc > 5 ? parse_number(argv[5], MAX_ITERATIONS) : DEFAULT_ITERATIONS;

	if (argc < 4 || argc > 6 || strcmp(argv[1], "mandelbrot") || parse_point(argv[2], &from) ||
	    parse_point(argv[3], &to) || width < 0 || iterations < 0) {
		fprintf(stderr, "usage: fractgen mandelbrot RE,IM RE,IM [WIDTH [ITERATIONS]]\n");
		return 2;
	}
	return draw(from, to, width, iterations);
}
