package dev.redoubt.e2e.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Skips without a cluster, gives each class its {@link Stage}, and keeps what a failed test left behind. */
final class ClusterExtension implements ExecutionCondition, ParameterResolver, AfterTestExecutionCallback {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterExtension.class);
    private static final AtomicBoolean TOLD = new AtomicBoolean();
    private static final Namespace OURS = Namespace.create(ClusterExtension.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String kubeconfig = System.getenv("KUBECONFIG");
        if (kubeconfig == null || kubeconfig.isBlank()) {
            return skipped("KUBECONFIG is not set: these tests need a cluster with Redoubt installed (./redoubt test)");
        }
        if (!Files.isReadable(Path.of(kubeconfig))) {
            return skipped(
                    "KUBECONFIG names " + kubeconfig + ", which cannot be read: is the cluster up (./redoubt up)?");
        }
        return ConditionEvaluationResult.enabled("cluster of " + kubeconfig);
    }

    /** Failsafe keeps the reason in its report files only; whoever reads the console is told once. */
    private static ConditionEvaluationResult skipped(String reason) {
        if (TOLD.compareAndSet(false, true)) {
            LOG.warn("All end-to-end tests are skipped. {}", reason);
        }
        return ConditionEvaluationResult.disabled(reason);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Stage.class;
    }

    @Override
    public Stage resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(OURS)
                .computeIfAbsent(
                        Stage.class,
                        key -> Stage.named(context.getRequiredTestClass().getSimpleName()),
                        Stage.class);
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        @Nullable Stage stage = context.getStore(OURS).get(Stage.class, Stage.class);
        if (stage != null && context.getExecutionException().isPresent()) {
            String test = context.getRequiredTestClass().getSimpleName() + "."
                    + context.getRequiredTestMethod().getName();
            stage.keepForensics(test);
        }
    }
}
