package dev.redoubt.operator.apply;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.util.StdConverter;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;

/**
 * Reads objects without the names of those fields that belong to a subresource: in a cache of all objects they take more room than the
 * objects, and nobody looks at them. {@link ForeignAdditions} is about the fields of others in what we apply, and the comparison before
 * it about our own. Nothing that was read is written back as it is.
 */
public final class SubresourceFieldsForgotten extends SimpleModule {
    private static final long serialVersionUID = 1;

    public SubresourceFieldsForgotten() {
        setMixInAnnotation(ObjectMeta.class, Metadata.class);
    }

    interface Metadata {
        @JsonDeserialize(contentConverter = Forget.class)
        void setManagedFields(List<ManagedFieldsEntry> entries);
    }

    private static final class Forget extends StdConverter<ManagedFieldsEntry, ManagedFieldsEntry> {
        @Override
        public ManagedFieldsEntry convert(ManagedFieldsEntry entry) {
            if (ForeignAdditions.isOfASubresource(entry)) {
                entry.setFieldsV1(null);
            }
            return entry;
        }
    }
}
