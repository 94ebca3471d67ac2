package dev.sinal.contracts;

/** A store node that takes chunks. @param nodeId part of its addresses */
public record StoreHello(String nodeId, String node) {}
