package dev.sinal.gateway;

import dev.sinal.runtime.SinalModule;

/** A started gateway. */
public interface RunningGateway extends SinalModule.Running {
    /** The bound port. */
    int port();
}
