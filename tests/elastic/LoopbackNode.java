import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * One Elasticsearch node on loopback, with the one module that gives it HTTP.
 *
 * In: the folder with modules/ and config/, the folder for its state, the port (0: a free one). Out: the line
 * "listening PORT" when it answers. It ends when its standard input does, so it cannot outlive the one who started it.
 */
public final class LoopbackNode {
    public static void main(String[] arguments) throws Exception {
        Settings settings = settings(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2]);
        LogConfigurator.configureESLogging();
        LogConfigurator.configureWithoutConfig(Settings.EMPTY);
        Path config = Path.of(arguments[0], "config");
        Environment environment = InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), config, () -> "loopback");
        try (Node node = new Node(environment, modules(environment))) {
            node.start();
            System.out.println("listening " + port(node));
            while (System.in.read() >= 0) { }
        }
    }

    private static Settings settings(Path home, Path state, String port) {
        return Settings.builder()
            .put("path.home", home.toString())
            .put("path.data", state.resolve("data").toString())
            .put("path.logs", state.resolve("logs").toString())
            .put("network.host", "127.0.0.1")
            .put("http.port", port)
            .put("transport.port", "0")
            .put("cluster.name", "ledger-tests")
            .put("discovery.type", "single-node")
            .put("node.processors", 1)
            // a full disk of the machine that tests must not make indices read-only
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
    }

    private static PluginsLoader modules(Environment environment) {
        var bundles = PluginsLoader.loadModulesBundles(environment.modulesDir(), false);
        return PluginsLoader.createPluginsLoader(bundles, Set.of(), Map.of(), false);
    }

    private static int port(Node node) {
        HttpServerTransport http = node.injector().getInstance(HttpServerTransport.class);
        InetSocketAddress bound = http.boundAddress().publishAddress().address();
        return bound.getPort();
    }
}
