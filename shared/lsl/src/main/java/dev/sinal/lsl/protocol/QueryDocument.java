package dev.sinal.lsl.protocol;

import dev.sinal.lsl.DescElement;
import dev.sinal.lsl.StreamInfo;

/** A description made ready for many queries. Immutable. */
public final class QueryDocument {
    private final QueryNode info;

    private QueryDocument(DescElement info) {
        this.info = QueryNode.document(info).children.get(0);
    }

    /** With numbers as our outlets write them. */
    public static QueryDocument of(StreamInfo info) {
        return new QueryDocument(StreamInfoXml.tree(info));
    }

    /** With numbers as libraries up to 1.12 write them, for the queries of their inlets. */
    public static QueryDocument ofOldLibraries(StreamInfo info) {
        return new QueryDocument(StreamInfoXml.treeOfOldLibraries(info));
    }

    static QueryDocument of(DescElement info) {
        return new QueryDocument(info);
    }

    /** The {@code <info>} element. */
    QueryNode info() {
        return info;
    }
}
