package dev.redoubt.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.redoubt.operator.OperatorProcess;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SubresourceFieldsForgottenTest {
    @Test
    void whatIsComparedAndWhatOthersHaveAddedIsKept() {
        var read = OperatorProcess.serialization().unmarshal("""
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: cache
                  labels: {app: cache}
                  managedFields:
                  - {manager: redoubt, operation: Apply, fieldsType: FieldsV1, fieldsV1: {"f:data": {"f:a": {}}}}
                  - {manager: kubelet, operation: Update, subresource: status, fieldsType: FieldsV1, fieldsV1: {"f:status": {}}}
                  - {manager: kubectl-edit, operation: Update, fieldsType: FieldsV1, fieldsV1: {"f:data": {"f:b": {}}}}
                data: {a: '1', b: '2'}
                """, ConfigMap.class);

        assertThat(read.getMetadata().getLabels()).isEqualTo(Map.of("app", "cache"));
        assertThat(read.getData()).isEqualTo(Map.of("a", "1", "b", "2"));
        assertThat(read.getMetadata().getManagedFields())
                .extracting(ManagedFieldsEntry::getManager, entry -> entry.getFieldsV1() != null)
                .containsExactly(tuple("redoubt", true), tuple("kubelet", false), tuple("kubectl-edit", true));
    }
}
