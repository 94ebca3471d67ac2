package dev.sinal.contracts;

import java.util.List;

/** Body of a request to {@link Addresses#storeNotes}: all or none, answered by {@link StoreAnswer}. At most 500 notes. */
public record NoteBatch(List<StoreNote> notes) {
    public NoteBatch {
        notes = List.copyOf(notes);
    }
}
