// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import roost.api.Api;
import roost.api.ApiException.Code;
import roost.api.ApiJson;
import roost.observe.Health;
import roost.observe.Metrics;
import roost.security.Identity;

/** The HTTP door: the API as documented at {@code /v1/openapi.json}, on a UNIX socket. */
public final class ApiServer implements AutoCloseable {
    /**
     * The door's limits.
     *
     * @param requestBytes the largest body
     * @param adBytes the largest ad in a body
     * @param headerBytes the largest request line and headers
     * @param connections clients at a time; more are told so and let go
     * @param idle how long a connection may do nothing, also in the middle of a request; not while
     *     the node works on one
     * @param eventStreams clients that listen to events at a time
     * @param eventsQueued events kept for a client that is slow to take them
     * @param heartbeat how often a client that listens hears something
     */
    public record Limits(
            int requestBytes,
            int adBytes,
            int headerBytes,
            int connections,
            Duration idle,
            int eventStreams,
            int eventsQueued,
            Duration heartbeat) {
        public static final Limits DEFAULT =
                new Limits(
                        4 << 20,
                        1 << 20,
                        16 << 10,
                        512,
                        Duration.ofSeconds(30),
                        64,
                        1024,
                        Duration.ofSeconds(15));
    }

    private static final int ACCEPT_QUEUE = 1024;
    private static final int THREADS_MIN = 4;
    private static final int THREADS_MAX = 24;

    private final Server server;
    private final ApiHandler handler;
    private final Duration heartbeat;

    private ApiServer(Server server, ApiHandler handler, Duration heartbeat) {
        this.server = server;
        this.handler = handler;
        this.heartbeat = heartbeat;
    }

    /**
     * Opens the door.
     *
     * @param socket where to listen; whatever is there is replaced
     * @param apis the node as a user sees it
     * @param version of Roost, for the documentation
     * @throws IOException if it cannot listen there, saying why and what to do
     */
    public static ApiServer open(
            Path socket,
            Limits limits,
            PeerCredentials peers,
            Function<Identity, Api> apis,
            Metrics metrics,
            Health health,
            String version)
            throws IOException {
        LocalSocket.checkLength(socket);
        LocalSocket.clear(socket);
        QueuedThreadPool threads = new QueuedThreadPool(THREADS_MAX, THREADS_MIN);
        threads.setName("http");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setRequestHeaderSize(limits.headerBytes());
        UnixDomainServerConnector connector =
                new UnixDomainServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setUnixDomainPath(socket);
        connector.setIdleTimeout(limits.idle().toMillis());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        server.addConnector(connector);
        server.setErrorHandler(new Errors());
        // Who is over the limit is told so by the handler; but even that only so many.
        connector.addBean(new HardLimit(connector, 2 * limits.connections()));
        IntSupplier connections = () -> connector.getConnectedEndPoints().size();
        ApiHandler handler =
                new ApiHandler(limits, peers, apis, metrics, health, connections, version);
        server.setHandler(handler);
        metrics.gauge("roost_http_connections", "HTTP clients connected.", connections::getAsInt);
        ApiServer opened = new ApiServer(server, handler, limits.heartbeat());
        opened.start(socket);
        return opened;
    }

    private void start(Path socket) throws IOException {
        try {
            server.start();
            LocalSocket.openToAll(socket);
            nextHeartbeat();
        } catch (Exception e) {
            close();
            throw new IOException("cannot listen on " + socket + ": " + e.getMessage(), e);
        }
    }

    private void nextHeartbeat() {
        server.getScheduler()
                .schedule(
                        () -> {
                            handler.heartbeat();
                            nextHeartbeat();
                        },
                        heartbeat.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** Lets nobody in any more and ends what listens to events. */
    @Override
    public void close() {
        handler.endStreams();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP door does not close", e);
        }
    }

    /** Closes connections over a number at once: Jetty's own limit breaks UNIX sockets. */
    private record HardLimit(Connector connector, int connections) implements Connection.Listener {
        @Override
        public void onOpened(Connection connection) {
            if (connector.getConnectedEndPoints().size() > connections) {
                connection.getEndPoint().close();
            }
        }
    }

    /** Failures that never reach the handler: what is no HTTP, too long headers, bugs. */
    private static final class Errors extends ErrorHandler {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            int status = response.getStatus();
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            response.write(true, body(status, message(request, status)), callback);
            return true;
        }

        private static String message(Request request, int status) {
            Object said = request.getAttribute(ERROR_MESSAGE);
            return said == null ? "HTTP status " + status : String.valueOf(said);
        }

        private static ByteBuffer body(int status, String message) {
            Code code = Code.INTERNAL;
            for (Code known : Code.values()) {
                code = known.httpStatus() == status ? known : code;
            }
            if (code == Code.INTERNAL && status < 500) {
                code = Code.INVALID;
            }
            try {
                String text =
                        ApiJson.mapper().writeValueAsString(ApiHandler.error(code, message, null));
                return StandardCharsets.UTF_8.encode(text + "\n");
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
