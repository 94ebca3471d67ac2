package dev.sinal.agents;

import dev.sinal.testkit.BusKind;

class LocalAgentManagerIT extends AgentManagerContract {
    LocalAgentManagerIT() {
        super(BusKind.LOCAL);
    }
}
