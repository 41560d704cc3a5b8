// SPDX-License-Identifier: Apache-2.0
package roost.node;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import roost.posix.DiskTrouble;

/**
 * Sends the node's log into {@code $(LOG)/NodeLog}. Set up by code, because parsing logback's XML
 * takes a tenth of a second of every start.
 */
final class Logging {
    private static final String PATTERN =
            "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level %logger{0} %msg%n%rEx";

    private Logging() {}

    /**
     * @throws IOException if the file cannot be written; Logback would go on without it and say
     *     nothing
     */
    static void to(Path directory, Config roost) throws IOException {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        String file = directory.resolve("NodeLog").toString();
        try {
            Files.newOutputStream(
                            Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
        } catch (IOException e) {
            throw new IOException("cannot write the log: " + DiskTrouble.text(e), e);
        }
        context.reset();
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setFile(file);
        appender.setEncoder(encoder);
        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(appender);
        rolling.setFileNamePattern(file + ".old%i");
        rolling.setMinIndex(1);
        rolling.setMaxIndex(1);
        rolling.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        size.setMaxFileSize(new FileSize(roost.getBytes("log.max-bytes")));
        size.start();
        appender.setRollingPolicy(rolling);
        appender.setTriggeringPolicy(size);
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(roost.getString("log.level"), Level.INFO));
        root.addAppender(appender);
        context.getLogger("akka").setLevel(Level.WARN);
        context.getLogger("org.eclipse.jetty").setLevel(Level.WARN);
        // Nodes and clients that go away are told of in words of our own; what these libraries say
        // of a closed connection is nothing that anybody could act on.
        context.getLogger("akka.stream.Materializer").setLevel(Level.ERROR);
        context.getLogger("org.eclipse.jetty.util.thread.SerializedInvoker").setLevel(Level.ERROR);
    }
}
