package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.redis.Script;
import dev.redoubt.cache.region.StoredValue;

/** What one command cannot do in one step. Each file says what it takes and returns. */
final class EntryScripts {

    static final Script STORE = script("store.lua");
    static final Script DELETE = script("delete.lua");
    static final Script INCREMENT = script("increment.lua");
    static final Script LEASE = script("lease.lua");

    private EntryScripts() {}

    private static Script script(String name) {
        return Script.beside(StoredValue.class, "value.lua", name);
    }
}
