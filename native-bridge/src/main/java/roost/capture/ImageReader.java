// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import static roost.capture.ImageFormat.*;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import roost.capture.ImageException.Kind;

/**
 * Opens an image and reads everything but its data: head, foot, tables and sums. Nothing in a file
 * is believed: each part is used only after its sum was right, and a number in it only after it was
 * held against the size of the file or of the table it points into. The data itself is for {@link
 * ImageVerifier}.
 *
 * <p>The layout is described in {@code image_format.h}, and read a second time, without a C
 * library, by the restorer.
 */
public final class ImageReader implements Closeable {
    /** Tables of 4 million extents; an image with more was not written by the library. */
    private static final int MAX_TABLES_BYTES = 256 << 20;

    private static final int NONE = -1;

    private record Table(int type, int at, int count) {}

    private final ImageSource source;
    private final long size;
    private final ByteBuffer head;
    private final ByteBuffer foot;
    private final ByteBuffer tables;
    private final ByteBuffer sums;
    private final List<Table> directory = new ArrayList<>();
    private final List<ImageLink> links = new ArrayList<>();
    private final long dataEnd;

    private ImageReader(ImageSource source) throws IOException {
        this.source = source;
        size = source.size();
        if (size < SIZE_HEAD) {
            throw new ImageException(Kind.FOREIGN, "not a checkpoint image, or truncated");
        }
        head = source.bytes(0, SIZE_HEAD);
        checkHead();
        if (size < SIZE_HEAD + SIZE_FOOT) {
            throw new ImageException(Kind.TRUNCATED, "truncated: nothing follows the head");
        }
        foot = source.bytes(size - SIZE_FOOT, SIZE_FOOT);
        checkFoot();
        dataEnd = foot.getLong(FOOT_TABLES_OFF);
        long tablesBytes = foot.getLong(FOOT_TABLES_BYTES);
        long sumsBytes = foot.getLong(FOOT_SUMS_BYTES);
        if (tablesBytes > MAX_TABLES_BYTES || sumsBytes > MAX_TABLES_BYTES) {
            throw damaged("its tables are too large");
        }
        tables = source.bytes(dataEnd, (int) tablesBytes);
        sums = source.bytes(foot.getLong(FOOT_SUMS_OFF), (int) sumsBytes);
        if (sum(tables) != foot.getInt(FOOT_TABLES_CRC)) {
            throw damaged("sum of the tables");
        }
        if (sum(sums) != foot.getInt(FOOT_SUMS_CRC)) {
            throw damaged("sum of the sums");
        }
        readDirectory();
        checkTables();
    }

    /** Opens and checks an image; {@link ImageException} says what is wrong with it. */
    public static ImageReader open(Path path) throws IOException {
        return open(ImageSource.file(path));
    }

    static ImageReader open(ImageSource source) throws IOException {
        try {
            return new ImageReader(source);
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /** Size of the file. */
    public long fileBytes() {
        return size;
    }

    /** What the image says about itself. */
    public ImageHeader header() {
        int process = table(CONST_T_PROCESS).at;
        int features = head.getInt(HEAD_FEATURES);
        return new ImageHeader(
                id(HEAD_ID),
                (features & CONST_F_INCREMENTAL) != 0
                        ? Optional.of(id(HEAD_PARENT_ID))
                        : Optional.empty(),
                head.getInt(HEAD_GENERATION),
                created(),
                string(tables.getInt(process + PROCESS_EXE)),
                string(tables.getInt(process + PROCESS_COMMAND)),
                string(tables.getInt(process + PROCESS_CWD)),
                string(tables.getInt(process + PROCESS_IMAGE)),
                head.getInt(HEAD_PID),
                tables.getInt(process + PROCESS_UID),
                table(CONST_T_THREADS).count,
                table(CONST_T_REGIONS).count,
                foot.getLong(FOOT_MEMORY_BYTES),
                size,
                Duration.ofNanos(foot.getLong(FOOT_PAUSE_NS)),
                compressed(),
                new HostFacts(
                        fixed(head, HEAD_HOST, 64),
                        fixed(head, HEAD_KERNEL, 64),
                        head.getInt(HEAD_MACHINE),
                        fixed(tables, process + PROCESS_CPU, 64),
                        tables.getLong(process + PROCESS_CPU_FEATURES),
                        tables.getLong(process + PROCESS_XCR0)),
                digest());
    }

    /** The program itself and the libraries that it had mapped. */
    public List<MappedFile> mappedFiles() {
        Table files = table(CONST_T_FILES);
        Table regions = table(CONST_T_REGIONS);
        Set<Integer> used = new TreeSet<>();
        for (int i = 0; i < regions.count; i++) {
            int at = regions.at + i * SIZE_REGION;
            int file = tables.getInt(at + REGION_FILE);
            if (file != NONE && tables.getInt(at + REGION_KIND) == CONST_R_PRIVATE) {
                used.add(file);
            }
        }
        List<MappedFile> list = new ArrayList<>();
        for (int file : used) {
            int at = files.at + file * SIZE_FILE;
            boolean hashed = (tables.getInt(at + FILE_FLAGS) & CONST_FILE_IS_HASHED) != 0;
            list.add(
                    new MappedFile(
                            string(tables.getInt(at + FILE_PATH)),
                            tables.getLong(at + FILE_SIZE),
                            tables.getLong(at + FILE_MTIME_NS),
                            tables.getLong(at + FILE_INO),
                            hashed
                                    ? OptionalInt.of(tables.getInt(at + FILE_CRC))
                                    : OptionalInt.empty()));
        }
        return list;
    }

    /** The program's open descriptors, by number. */
    public List<OpenFile> openFiles() {
        Table fds = table(CONST_T_FDS);
        List<OpenFile> list = new ArrayList<>(fds.count);
        for (int i = 0; i < fds.count; i++) {
            int at = fds.at + i * SIZE_FD;
            list.add(
                    new OpenFile(
                            tables.getInt(at + FD_FD),
                            OpenFile.Kind.of(tables.getInt(at + FD_KIND)),
                            string(tables.getInt(at + FD_PATH)),
                            tables.getInt(at + FD_OPEN_FLAGS),
                            tables.getLong(at + FD_OFFSET),
                            tables.getLong(at + FD_SIZE),
                            tables.getLong(at + FD_DEV),
                            tables.getLong(at + FD_INO),
                            tables.getInt(at + FD_MODE)));
        }
        return list;
    }

    /** The files besides this one that a restart needs; none if the image is not incremental. */
    public List<ImageLink> links() {
        return List.copyOf(links);
    }

    /** What the sum of the block sums must be, see {@link ImageLink#sumsCrc}. */
    int sumsCrc() {
        return foot.getInt(FOOT_SUMS_CRC);
    }

    /** The sum of each block of the data, in order; {@link ImageVerifier} compares. */
    ByteBuffer sums() {
        return sums.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Where the summed data ends. */
    long dataEnd() {
        return dataEnd;
    }

    ImageSource source() {
        return source;
    }

    /** Memory that is compressed: where in the file, how many bytes there, and of how many. */
    record Packed(long off, int stored, int bytes) {}

    boolean compressed() {
        return (head.getInt(HEAD_FEATURES) & CONST_F_COMPRESSED) != 0;
    }

    /** How many pieces of memory the image has. */
    int extents() {
        return table(CONST_T_EXTENTS).count;
    }

    /** A piece of memory, if it is compressed. */
    Optional<Packed> packed(int extent) {
        int at = table(CONST_T_EXTENTS).at + extent * SIZE_EXTENT;
        return tables.getInt(at + EXTENT_CODEC) == CONST_CODEC_NONE
                ? Optional.empty()
                : Optional.of(
                        new Packed(
                                tables.getLong(at + EXTENT_OFF),
                                tables.getInt(at + EXTENT_STORED),
                                (int) tables.getLong(at + EXTENT_BYTES)));
    }

    @Override
    public void close() throws IOException {
        source.close();
    }

    // ---- checks ----

    private static ImageException damaged(String what) {
        return new ImageException(Kind.DAMAGED, "damaged: " + what);
    }

    private void checkHead() throws IOException {
        if (head.getLong(HEAD_MAGIC) != MAGIC_HEAD) {
            throw new ImageException(Kind.FOREIGN, "not a checkpoint image");
        }
        if (sum(head.duplicate().limit(HEAD_CRC)) != head.getInt(HEAD_CRC)) {
            throw damaged("sum of the head");
        }
        int known = CONST_F_COMPRESSED | CONST_F_INCREMENTAL;
        if (head.getInt(HEAD_VERSION) != CONST_VERSION
                || (head.getInt(HEAD_FEATURES) & ~known) != 0
                || head.getInt(HEAD_PAGE_BYTES) != CONST_PAGE
                || head.getInt(HEAD_BLOCK_BYTES) != CONST_BLOCK) {
            throw new ImageException(Kind.OTHER_VERSION, "written by another version of Roost");
        }
    }

    private void checkFoot() throws IOException {
        if (foot.getLong(FOOT_MAGIC) != MAGIC_FOOT) {
            throw new ImageException(
                    Kind.TRUNCATED, "not complete: it was truncated or never finished");
        }
        if (sum(foot.duplicate().limit(FOOT_CRC)) != foot.getInt(FOOT_CRC)) {
            throw damaged("sum of the foot");
        }
        if (foot.getInt(FOOT_VERSION) != CONST_VERSION
                || foot.getLong(FOOT_FILE_BYTES) != size
                || !id(foot, FOOT_ID).equals(id(HEAD_ID))) {
            throw damaged("head and foot do not belong together");
        }
        long tablesOff = foot.getLong(FOOT_TABLES_OFF);
        long tablesBytes = foot.getLong(FOOT_TABLES_BYTES);
        long sumsOff = foot.getLong(FOOT_SUMS_OFF);
        long sumsBytes = foot.getLong(FOOT_SUMS_BYTES);
        long end = size - SIZE_FOOT;
        boolean inOrder =
                tablesOff >= SIZE_HEAD
                        && tablesOff <= end
                        && tablesOff % CONST_PAGE == 0
                        && tablesBytes >= 0
                        && tablesBytes <= end - tablesOff
                        && sumsOff == tablesOff + tablesBytes
                        && sumsBytes == end - sumsOff;
        if (!inOrder || sumsBytes / 4 < (tablesOff + CONST_BLOCK - 1) / CONST_BLOCK) {
            throw damaged("layout");
        }
    }

    private void readDirectory() throws IOException {
        int count = foot.getInt(FOOT_N_TABLES);
        if (count < 0 || count > CONST_MAX_TABLES) {
            throw damaged("number of tables");
        }
        int seen = 0;
        for (int i = 0; i < count; i++) {
            int at = FOOT_TABLES + i * SIZE_TABLE;
            int type = foot.getInt(at + TABLE_TYPE);
            long recordBytes = Integer.toUnsignedLong(foot.getInt(at + TABLE_RECORD_BYTES));
            long off = foot.getLong(at + TABLE_OFF) - dataEnd;
            long records = foot.getLong(at + TABLE_COUNT);
            boolean known = type >= 1 && type < CONST_T_END;
            if (recordBytes == 0
                    || off < 0
                    || off > tables.capacity()
                    || records < 0
                    || records > (tables.capacity() - off) / recordBytes
                    || (known && recordBytes != recordBytes(type))) {
                throw damaged("bounds of a table");
            }
            if (type == CONST_T_LINKS && recordBytes == SIZE_LINK
                    || type == CONST_T_BORROWED && recordBytes == SIZE_EXTENT) {
                directory.add(new Table(type, (int) off, (int) records));
            }
            if (!known) {
                continue; // of a later version, and not needed: else it had a feature bit
            }
            if ((seen >> type & 1) != 0) {
                throw damaged("a table is there twice");
            }
            seen |= 1 << type;
            directory.add(new Table(type, (int) off, (int) records));
        }
        if (seen != (1 << CONST_T_END) - 2) {
            throw damaged("a table is missing");
        }
    }

    private void checkTables() throws IOException {
        Table strings = table(CONST_T_STRINGS);
        if (table(CONST_T_PROCESS).count != 1
                || table(CONST_T_THREADS).count < 1
                || strings.count < 1
                || tables.get(strings.at + strings.count - 1) != 0) {
            throw damaged("tables");
        }
        if (foot.getLong(FOOT_MEMORY_BYTES) < 0) {
            throw damaged("amount of memory");
        }
        if (foot.getLong(FOOT_PAUSE_NS) < 0) {
            throw damaged("length of the pause");
        }
        checkExtents(table(CONST_T_EXTENTS));
        checkRegions(table(CONST_T_REGIONS), table(CONST_T_EXTENTS));
        checkLinks();
    }

    private void checkExtents(Table extents) throws IOException {
        long last = SIZE_HEAD;
        for (int i = 0; i < extents.count; i++) {
            int at = extents.at + i * SIZE_EXTENT;
            long bytes = tables.getLong(at + EXTENT_BYTES);
            long off = tables.getLong(at + EXTENT_OFF);
            boolean plain = tables.getInt(at + EXTENT_CODEC) == CONST_CODEC_NONE;
            long stored = plain ? bytes : Integer.toUnsignedLong(tables.getInt(at + EXTENT_STORED));
            if ((plain ? off % CONST_PAGE != 0 : !isBlock(at))
                    || bytes <= 0
                    || bytes % CONST_PAGE != 0
                    || tables.getLong(at + EXTENT_ADDR) % CONST_PAGE != 0
                    || off < last
                    || off > dataEnd
                    || stored <= 0
                    || stored > dataEnd - off) {
                throw damaged("an extent");
            }
            last = off + stored;
        }
    }

    /** Whether a compressed extent is one the library writes. */
    private boolean isBlock(int at) {
        long bytes = tables.getLong(at + EXTENT_BYTES);
        return tables.getInt(at + EXTENT_CODEC) == CONST_CODEC_LZ4
                && compressed()
                && bytes <= CONST_CHUNK
                && Integer.toUnsignedLong(tables.getInt(at + EXTENT_STORED)) < bytes;
    }

    private void checkRegions(Table regions, Table extents) throws IOException {
        int files = table(CONST_T_FILES).count;
        long last = 0;
        long used = 0; // every extent belongs to one region at most
        for (int i = 0; i < regions.count; i++) {
            int at = regions.at + i * SIZE_REGION;
            long start = tables.getLong(at + REGION_START);
            long end = tables.getLong(at + REGION_END);
            int file = tables.getInt(at + REGION_FILE);
            long first = Integer.toUnsignedLong(tables.getInt(at + REGION_FIRST_EXTENT));
            long count = Integer.toUnsignedLong(tables.getInt(at + REGION_N_EXTENTS));
            if (start < last
                    || end <= start
                    || (file != NONE && (file < 0 || file >= files))
                    || (count > 0 && (first < used || first + count > extents.count))) {
                throw damaged("a region");
            }
            used = count > 0 ? first + count : used;
            for (long k = first; k < first + count; k++) {
                int e = extents.at + (int) k * SIZE_EXTENT;
                long addr = tables.getLong(e + EXTENT_ADDR);
                if (addr < start || addr > end || tables.getLong(e + EXTENT_BYTES) > end - addr) {
                    throw damaged("an extent is outside its region");
                }
            }
            last = end;
        }
    }

    private void checkLinks() throws IOException {
        Optional<Table> table = find(CONST_T_LINKS);
        for (int i = 0; i < table.map(Table::count).orElse(0); i++) {
            int at = table.get().at + i * SIZE_LINK;
            if (tables.getInt(at + LINK_COUNT) != 0) {
                links.add(link(at));
            }
        }
        boolean incremental = (head.getInt(HEAD_FEATURES) & CONST_F_INCREMENTAL) != 0;
        if (links.size() > CONST_MAX_LINKS || !incremental && !links.isEmpty()) {
            throw damaged("links to other files");
        }
    }

    private ImageLink link(int at) throws IOException {
        Table borrowed = find(CONST_T_BORROWED).orElseThrow(() -> damaged("a link"));
        long first = Integer.toUnsignedLong(tables.getInt(at + LINK_FIRST));
        long count = Integer.toUnsignedLong(tables.getInt(at + LINK_COUNT));
        long fileBytes = tables.getLong(at + LINK_FILE_BYTES);
        String name = string(tables.getInt(at + LINK_NAME));
        if (first + count > borrowed.count
                || fileBytes < SIZE_HEAD + SIZE_FOOT
                || name.isEmpty()
                || name.contains("/")) {
            throw damaged("a link to another file");
        }
        long end = SIZE_HEAD;
        long memory = 0;
        for (long k = first; k < first + count; k++) {
            int e = borrowed.at + (int) k * SIZE_EXTENT;
            long off = tables.getLong(e + EXTENT_OFF);
            long bytes = tables.getLong(e + EXTENT_BYTES);
            long addr = tables.getLong(e + EXTENT_ADDR);
            if (off < end
                    || off > fileBytes
                    || bytes <= 0
                    || bytes > fileBytes - off
                    || (off | bytes | addr) % CONST_PAGE != 0
                    || tables.getInt(e + EXTENT_CODEC) != 0
                    || !mayBorrow(addr, bytes)) {
                throw damaged("a borrowed extent");
            }
            end = off + bytes;
            memory += bytes;
        }
        return new ImageLink(
                id(tables, at + LINK_ID),
                name,
                fileBytes,
                tables.getInt(at + LINK_SUMS_CRC),
                memory,
                end);
    }

    /** Whether the memory lies in one region that takes some from elsewhere. */
    private boolean mayBorrow(long addr, long bytes) {
        Table regions = table(CONST_T_REGIONS);
        int low = 0;
        int high = regions.count;
        while (low < high) {
            int mid = (low + high) >>> 1;
            if (tables.getLong(regions.at + mid * SIZE_REGION + REGION_END) > addr) {
                high = mid;
            } else {
                low = mid + 1;
            }
        }
        int at = regions.at + low * SIZE_REGION;
        return low < regions.count
                && addr >= tables.getLong(at + REGION_START)
                && bytes <= tables.getLong(at + REGION_END) - addr
                && (tables.getInt(at + REGION_FLAGS) & CONST_R_BORROWS) != 0;
    }

    // ---- reading ----

    private Table table(int type) {
        return find(type)
                .orElseThrow(
                        () -> new IllegalStateException("readDirectory() found table " + type));
    }

    private Optional<Table> find(int type) {
        return directory.stream().filter(t -> t.type == type).findFirst();
    }

    /** A reference into the table of strings; "" for none. */
    private String string(int reference) {
        Table strings = table(CONST_T_STRINGS);
        if (reference < 0 || reference >= strings.count) {
            return "";
        }
        int from = strings.at + reference;
        int end = from;
        while (tables.get(end) != 0) { // the last byte of the table is 0: checkTables()
            end++;
        }
        return new String(tables.array(), from, end - from, StandardCharsets.UTF_8);
    }

    private static String fixed(ByteBuffer buffer, int at, int room) {
        int n = 0;
        while (n < room && buffer.get(at + n) != 0) {
            n++;
        }
        return new String(buffer.array(), at, n, StandardCharsets.UTF_8);
    }

    private String id(int at) {
        return id(head, at);
    }

    private static String id(ByteBuffer buffer, int at) {
        return HexFormat.of().formatHex(buffer.array(), at, at + 16);
    }

    private Instant created() {
        long ns = head.getLong(HEAD_CREATED_NS);
        return Instant.ofEpochSecond(
                Math.floorDiv(ns, 1_000_000_000L), Math.floorMod(ns, 1_000_000_000L));
    }

    private static int sum(ByteBuffer buffer) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().position(0));
        return (int) crc.getValue();
    }

    private String digest() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (ByteBuffer part : List.of(head, tables, sums, foot)) {
                sha.update(part.duplicate().position(0));
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
