/** How nodes find each other: Hazelcast, without multicast, client protocol or anything it offers to strangers. */
@NullMarked
package dev.sinal.runtime.cluster;

import org.jspecify.annotations.NullMarked;
