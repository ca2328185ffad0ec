package dev.redoubt.cache;

import dev.redoubt.cache.hot.Route;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;

/** What a router of WebFlux serves, as it tells its visitors: every pair of a method and a path that stand in one predicate. */
final class WebRoutes {

    private WebRoutes() {}

    static List<Route> of(RouterFunction<?> router) {
        List<Route> routes = new ArrayList<>();
        router.accept(visitor(RouterFunctions.Visitor.class, (name, argument) -> {
            switch (name) {
                case "route" -> routes.addAll(inPredicate((RequestPredicate) argument));
                case "attributes" -> {}
                default -> throw new AssertionError(name + " in the router: say here what it serves");
            }
        }));
        return routes;
    }

    private static List<Route> inPredicate(RequestPredicate predicate) {
        List<String> methods = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        predicate.accept(visitor(RequestPredicates.Visitor.class, (name, argument) -> {
            switch (name) {
                case "method" -> ((Set<?>) argument).forEach(method -> methods.add(((HttpMethod) method).name()));
                case "path" -> paths.add((String) argument);
                case "startAnd", "and", "endAnd", "startOr", "or", "endOr" -> {}
                default -> throw new AssertionError(name + " in a predicate: say here what it means");
            }
        }));
        return paths.stream()
                .flatMap(path -> methods.stream().map(method -> new Route(method, path)))
                .toList();
    }

    private interface Seen {
        void sees(String what, Object argument);
    }

    private static <T> T visitor(Class<T> type, Seen seen) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    seen.sees(method.getName(), arguments == null ? null : arguments[0]);
                    return null;
                }));
    }
}
