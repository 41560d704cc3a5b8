// SPDX-License-Identifier: Apache-2.0
package roost.cli.demo;

import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;

/** Turns the fractal's portable pixmap into a PNG. */
final class Picture {
    private Picture() {}

    /**
     * Saves the picture.
     *
     * @param wanted where; empty means a new file in the directory for temporary files
     * @return where it is
     */
    static Path save(Path pixmap, Optional<Path> wanted) throws IOException {
        System.setProperty("java.awt.headless", "true");
        BufferedImage image = read(pixmap);
        Path png =
                wanted.isPresent()
                        ? wanted.get()
                        : Files.createTempFile(Path.of("/tmp"), "roost-fractal.", ".png");
        if (!ImageIO.write(image, "png", png.toFile())) {
            throw new DemoFailure("this Java cannot write PNG pictures");
        }
        return png;
    }

    private static BufferedImage read(Path pixmap) throws IOException {
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(pixmap)))) {
            if (!word(in).equals("P6")) {
                throw new DemoFailure(pixmap + " is no portable pixmap");
            }
            int width = Integer.parseInt(word(in));
            int height = Integer.parseInt(word(in));
            word(in); // the largest value of a colour, 255
            BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            byte[] line = new byte[3 * width];
            for (int y = 0; y < height; y++) {
                in.readFully(line);
                for (int x = 0; x < width; x++) {
                    int rgb =
                            (line[3 * x] & 0xff) << 16
                                    | (line[3 * x + 1] & 0xff) << 8
                                    | (line[3 * x + 2] & 0xff);
                    image.setRGB(x, y, rgb);
                }
            }
            return image;
        }
    }

    private static String word(DataInputStream in) throws IOException {
        StringBuilder word = new StringBuilder();
        for (int c = in.read(); c > ' '; c = in.read()) {
            word.append((char) c);
        }
        return word.toString();
    }
}
