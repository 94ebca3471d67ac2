/** A small network of its own for fault tests: hosts in network namespaces, and cuts between them. Linux, root, iproute2 and nftables. */
@NullMarked
package dev.sinal.testkit.lab;

import org.jspecify.annotations.NullMarked;
